"""What is known of a workspace's texts as a whole: counts, languages, and how well they are read."""

from dataclasses import dataclass
from typing import Any

from limner.store.store import Store

_MOST_ASPECTS = 10


@dataclass(frozen=True, slots=True)
class TextsReport:
    """Counts of what texts say, and how often their tone agrees with the stars that came with them."""

    kinds: dict[str, int]
    languages: dict[str, int]
    opinions: int
    aspects: dict[str, int]
    """The aspects most spoken of, with the number of opinions."""
    encoder: str | None
    """Name of the encoder that read texts whose words say little; None where there was none."""
    n_rated: int
    """Texts with stars above or below the middle, at the last build."""
    untaught: float | None
    """Balanced accuracy on rated texts of the reading that no star has touched; None without both sides."""
    untaught_on_unseen: float | None
    """The same on the texts that ``taught`` is about."""
    taught: float | None
    """Balanced accuracy of the reading that stars taught, on texts it had not seen; None where too few."""

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON shape of ``limner texts --json``."""
        return {
            "texts": sum(self.kinds.values()),
            "kinds": self.kinds,
            "languages": self.languages,
            "opinions": self.opinions,
            "aspects": self.aspects,
            "encoder": self.encoder,
            "rated": self.n_rated,
            "accuracy": {
                "untaught": self.untaught,
                "untaught_on_unseen": self.untaught_on_unseen,
                "taught": self.taught,
            },
        }


def describe_texts(store: Store) -> TextsReport:
    """Return what is known of a workspace's texts; accuracies are those of the last build."""
    kept = store.meta().get("tone") or {}
    report, encoder = kept.get("report", {}), kept.get("encoder")
    (opinions,) = store.one("SELECT count(*) FROM opinions") or (0,)
    return TextsReport(
        kinds=_count(store, "texts", "kind"),
        languages=_count(store, "texts", "language"),
        opinions=int(opinions),
        aspects=dict(list(_count(store, "opinions", "aspect").items())[:_MOST_ASPECTS]),
        encoder=encoder["name"] if encoder else None,
        n_rated=int(report.get("n_rated", 0)),
        untaught=report.get("untaught"),
        untaught_on_unseen=report.get("untaught_on_unseen"),
        taught=report.get("taught"),
    )


def _count(store: Store, table: str, column: str) -> dict[str, int]:
    rows = store.rows(f"SELECT {column}, count(*) FROM {table} GROUP BY 1 ORDER BY 2 DESC, 1")
    return {str(name): int(n) for name, n in rows}
