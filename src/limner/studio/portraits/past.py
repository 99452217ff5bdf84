"""The ledger of one user summed again from their part of the log: the past as it was."""

from limner.ledger.cells import SUM_COLUMNS, Cell
from limner.ledger.decay import Landmarks
from limner.store.ledgers import LiveLedger
from limner.store.store import Store


def sum_past(
    ledger: LiveLedger, user_no: int, *, before_us: int, landmarks: Landmarks
) -> dict[str, dict[str, Cell]]:
    """Return a user's ledger as the log had it strictly before an instant."""
    ledger.clear()
    ledger.stage_slice([user_no], before_us=before_us)
    ledger.derive(landmarks)
    found = ledger.read()
    ledger.clear()
    return found


def add_retired(
    store: Store, user_no: int, ledger: dict[str, dict[str, Cell]], factors: tuple[float, float]
) -> dict[str, dict[str, Cell]]:
    """Return a ledger with what rows that are no longer kept had added to it, read with their factors."""
    columns = ", ".join(SUM_COLUMNS)
    recent, lasting = factors
    for *sums, signal in store.rows(f"SELECT {columns}, signal FROM retired_now WHERE user_no = ?", user_no):
        stored = Cell._make((*sums, signal))
        old = stored._replace(
            recent=stored.recent * recent,
            lasting=stored.lasting * lasting,
            liking=stored.liking * lasting,
            opinion=stored.opinion * lasting,
        )
        cells = ledger.setdefault(signal, {})
        cells[old.key] = old.plus(cells[old.key]) if old.key in cells else old
    return ledger
