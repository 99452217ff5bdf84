"""A model is asked about a workspace's users: what it would cost, the asking itself, and what came of it.

Answers are kept in ``llm.sqlite`` beside the store, so what was answered once is never asked again, not
even by the next build. What a model read is written user by user, each in one transaction.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar

from limner.ledger.numbering import find_ref
from limner.llm.asking import ask_about
from limner.llm.book import Book
from limner.llm.budget import Budget
from limner.llm.claims import Heard
from limner.llm.connecting import name_model
from limner.llm.persona import write_persona
from limner.llm.plan import Plan, make_plan
from limner.records import MODEL, Fact, Language
from limner.settings import LlmSettings
from limner.store.workspace import BuiltAnewError
from limner.studio.kept.moments import now_us
from limner.studio.texts.answering import BOOK
from limner.studio.texts.candidates import list_reviewed, list_taxonomy
from limner.studio.texts.claiming import Found, Read, add_claims, keep_persona

if TYPE_CHECKING:
    from limner.llm.chat import Chat
    from limner.studio.studio import Studio

LIMITS = ("max_tokens", "max_cost")
"""Why a run ends where it is not a model's fault."""
Done = TypeVar("Done")
Progress = Callable[[str, float], None]


@dataclass(slots=True)
class Asked:
    """What one run came to."""

    model: str
    users: int = 0
    """Whose texts were answered."""
    texts: int = 0
    """That were answered."""
    unanswered: int = 0
    """To be asked about again another time."""
    claims: int = 0
    """In the workspace now, of these texts."""
    personas: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    """Items and texts that were not believed or not sent, by reason."""
    failures: Counter[str] = field(default_factory=Counter)
    """Calls that failed, by reason."""
    stopped: str = ""
    """Why it ended early; empty: it did not."""
    usage: dict[str, float] = field(default_factory=dict)
    """Calls, tokens and money."""

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape of ``limner llm run --json``."""
        shape = {name: getattr(self, name) for name in self.__slots__}
        return shape | {"rejected": dict(self.rejected), "failures": dict(self.failures)}

    def add_usage(self, usage: Any) -> None:
        """Count what some calls used."""
        for name in ("calls", "prompt_tokens", "answer_tokens", "cached_tokens", "cost"):
            self.usage[name] = self.usage.get(name, 0) + getattr(usage, name)
        self.failures.update(usage.failures)


def plan_asking(studio: "Studio", settings: LlmSettings, *, finance: bool = False) -> Plan:
    """Return what asking the model of some settings would take; nothing is sent."""
    with Book(studio.folder / BOOK) as book:
        return make_plan(
            list_reviewed(studio.store, name_source(name_model(settings))),
            model=name_model(settings),
            book=book,
            budget=Budget.of(settings),
            context_tokens=settings.context_tokens,
            finance=finance,
        )


def run_asking(
    studio: "Studio",
    settings: LlmSettings,
    chat: "Chat",
    *,
    finance: bool = False,
    progress: Progress = lambda step, share: None,
) -> Asked:
    """Ask a model about the users of a workspace, within the budget of the settings; see `Asked`.

    Raises:
        WorkspaceError: the workspace cannot be written.
    """
    asked = Asked(chat.model)
    with Book(studio.folder / BOOK) as book:
        asker = _Asker(studio, settings, chat, book, asked)
        asker.read(finance=finance, progress=progress)
        if settings.persona and not asked.stopped:
            asker.write(progress=progress)
    return asked


class _Asker:
    """One run on one workspace."""

    def __init__(
        self, studio: "Studio", settings: LlmSettings, chat: "Chat", book: Book, asked: Asked
    ) -> None:
        self._studio, self._settings, self._chat = studio, settings, chat
        self._book, self._asked = book, asked
        self._told: list[str] = []
        """Users of whom something was answered."""

    def read(self, *, finance: bool, progress: Progress) -> None:
        """Have the unread texts read, and write what came of each user's."""
        studio, settings = self._studio, self._settings
        reviewed = list(list_reviewed(studio.store, name_source(self._chat.model)))
        waiting = Counter(one.user_id for one in reviewed)
        heard: dict[str, list[Heard]] = {}
        asking = ask_about(
            reviewed,
            chat=self._chat,
            book=self._book,
            budget=Budget.of(settings),
            taxonomy=list_taxonomy(studio.store),
            now=now_us,
            context_tokens=settings.context_tokens,
            finance=finance,
            retries=settings.retries,
            parallel=settings.parallel,
            progress=lambda n, of: progress("reading", n / max(of, 1)),
        )
        for one in asking:
            heard.setdefault(one.user_id, []).append(one)
            if len(heard[one.user_id]) == waiting[one.user_id]:
                self._take(one.user_id, heard.pop(one.user_id))
        for user_id, some in heard.items():
            self._take(user_id, some)
        self._asked.add_usage(asking.usage)
        self._asked.stopped = asking.stopped

    def _take(self, user_id: str, heard: list[Heard]) -> None:
        """Write what was heard of one user."""
        asked = self._asked
        answered = [one for one in heard if one.answered]
        asked.unanswered += len(heard) - len(answered)
        asked.rejected.update(rejected.reason for one in heard for rejected in one.rejected)
        if not answered:
            return
        asked.claims += _write(self._studio, user_id, name_source(self._chat.model), answered)
        asked.users += 1
        asked.texts += len(answered)
        self._told.append(user_id)

    def write(self, *, progress: Progress) -> None:
        """Have personas written of those of whom something new was heard, or of whom none was tried yet."""
        users = list(dict.fromkeys([*self._told, *self._list_untold()]))
        for n, user_id in enumerate(users):
            progress("personas", n / len(users))
            if self._asked.stopped:
                return
            self._write_one(user_id)

    def _list_untold(self) -> list[str]:
        """Return the users a model knows something of, but wrote nothing about."""
        source = name_source(self._chat.model)
        rows = self._studio.store.rows(
            "SELECT DISTINCT u.user_id FROM claims c JOIN users u USING (user_no) WHERE c.source = ? "
            "AND NOT EXISTS (SELECT 1 FROM personas p WHERE p.user_no = c.user_no AND p.source = ?)",
            *(source, source),
        )
        return [user_id for (user_id,) in rows]

    def _write_one(self, user_id: str) -> None:
        studio, settings = self._studio, self._settings
        person = studio.painter.find_person(user_id)
        lang = _language_of(studio, person.user_no)
        profile = studio.painter.paint(user_id, lang=lang)
        budget = _rest(settings, self._asked.usage)
        if isinstance(budget, str):
            self._asked.stopped = budget
            return
        written = write_persona(
            [fact for fact in profile.facts if _may_be_told(fact)],
            chat=self._chat,
            language=lang,
            book=self._book,
            budget=budget,
            user_id=user_id,
            now=now_us,
            retries=settings.retries,
        )
        self._asked.add_usage(written.usage)
        reasons = [reason for _, reason in written.rejected]
        self._asked.rejected.update(f"persona: {reason}" for reason in reasons)
        self._asked.stopped = next((one for one in reasons if one in LIMITS), "")
        if not self._asked.stopped and not written.usage.failures:
            source, said = name_source(self._chat.model), written.sentences
            _retry(studio, lambda: keep_persona(studio.painter, person.user_no, lang, source, said))
            self._asked.personas += bool(said)


def _may_be_told(fact: Fact) -> bool:
    return fact.dimension != "persona" and fact.dispute in ("", "settled")


def _write(studio: "Studio", user_id: str, source: str, heard: list[Heard]) -> int:
    read = [
        Read(
            find_ref(one.text_id),
            tuple(
                Found(
                    claim.dimension,
                    claim.key,
                    claim.value,
                    1.0 if claim.polarity is None else claim.polarity,
                    claim.start,
                    claim.stop,
                )
                for claim in one.claims
            ),
        )
        for one in heard
    ]
    return _retry(
        studio,
        lambda: add_claims(studio.painter, studio.painter.find_person(user_id).user_no, source, read),
    )


def _retry(studio: "Studio", work: Callable[[], Done]) -> Done:
    """Write to the store that is current: where a build took over, to the new one."""
    while True:
        try:
            return work()
        except BuiltAnewError:
            studio.reopen()
        finally:
            studio.painter.refresh(own=True)


def _language_of(studio: "Studio", user_no: int) -> Language:
    """Return the language a user writes in most, else the studio's."""
    row = studio.store.one(
        "SELECT key FROM cells WHERE user_no = ? AND signal = 'language' AND key IN ('zh', 'en') "
        "ORDER BY n DESC, key LIMIT 1",
        user_no,
    )
    return studio.lang if row is None else "zh" if row[0] == "zh" else "en"


def _rest(settings: LlmSettings, used: Mapping[str, float]) -> Budget | str:
    """Return what is left of a budget, or the limit that is reached; a limit of 0 is none."""
    tokens = settings.max_tokens - used.get("prompt_tokens", 0) - used.get("answer_tokens", 0)
    cost = settings.max_cost - used.get("cost", 0)
    if settings.max_tokens and tokens <= 0:
        return LIMITS[0]
    if settings.max_cost and cost <= 0:
        return LIMITS[1]
    return Budget.of(replace(settings, max_tokens=max(int(tokens), 0), max_cost=max(cost, 0.0)))


def name_source(model: str) -> str:
    """Return what claims name a model as; the mark that parts the keys of the ledger is not in it.

    >>> name_source("a|b")
    'model:a/b'
    """
    return MODEL + model.replace("|", "/")
