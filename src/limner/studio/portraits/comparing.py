"""Two users side by side: what both are, what one is and the other is not, and how near they stand."""

from typing import TYPE_CHECKING, Any

from limner.records import Fact, Profile

if TYPE_CHECKING:
    from limner.studio.studio import Studio


def compare_users(
    studio: "Studio", user_id: str | int, other_id: str | int, *, lang: str = ""
) -> dict[str, Any]:
    """Return the facts that two users share by their path, those of either alone, and their likeness.

    ``similarity`` is the cosine of their vectors, −1..1; None where nothing is known of one of them.

    Raises:
        UnknownUserError: one of them is not in the workspace.
    """
    one, other = (studio.profile(who, lang=lang) for who in (user_id, other_id))
    mine, theirs = _by_path(one), _by_path(other)
    common = [path for path in mine if path in theirs]
    known = bool(one.vector.values.any() and other.vector.values.any())
    return {
        "users": [one.user_id, other.user_id],
        "similarity": round(float(one.vector.values @ other.vector.values), 6) if known else None,
        "shared": [{"fact": path, "of": [_tell(mine[path]), _tell(theirs[path])]} for path in common],
        "only": [
            [{"fact": path, **_tell(fact)} for path, fact in facts.items() if path not in common]
            for facts in (mine, theirs)
        ],
        "coverage": [one.coverage.to_dict(), other.coverage.to_dict()],
    }


def _by_path(profile: Profile) -> dict[str, Fact]:
    return {fact.path: fact for fact in profile.facts if fact.dimension != "persona"}


def _tell(fact: Fact) -> dict[str, Any]:
    shape = fact.to_dict()
    return {name: shape[name] for name in ("statement", "strength", "liking", "confidence", "trend")}
