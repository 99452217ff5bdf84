"""The ledger of one user summed again from their part of the log: the past as it was."""

from limner.ledger.cells import Cell
from limner.ledger.decay import Landmarks
from limner.store.ledgers import LiveLedger


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
