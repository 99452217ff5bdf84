"""The constants of a space, `[vector.recipe]`, each with the reason it exists."""

from dataclasses import dataclass
from typing import Literal, NamedTuple, get_args

from limner.errors import SettingsError, did_you_mean

Fusion = Literal["gate", "sum", "concat"]


@dataclass(frozen=True, slots=True)
class Recipe:
    """Hyper-parameters of `fit_space`; the defaults are a middle way between kinds of data.

    `limner.evaluate` chooses them on validation for its ladder, `limner tune` for a build.
    """

    ridge: float = 100.0
    """Events of evidence that two items must overcome before they count as alike."""
    dropout: float = 1.0
    """Extra ridge per event of an item: how hard popular items are kept from explaining everything."""
    memory: float = 0.0
    """What a past item weighs: 0 its events whenever they were, 1 its lasting share of the user's past."""
    recent: float = 0.0
    """How much more a past item weighs by its recent share: what the user is about these days."""
    trend: float = 1.0
    """Exponent of (recent share / all-time share) by which an item's scores rise or fall."""
    fading: float = 0.2
    """How soon the trend stops counting for who stays away: exponent of a user's freshness; 0: never."""
    swell: float = 1.0
    """How far the popularity base follows the trend as well: exponent of what it makes of scores; 0: not."""
    smoothing: float = 1.0
    """Pseudo-events per item of the catalogue that the shares are shrunk with."""
    damping: float = 0.1
    """Exponent of its all-time share by which an item's scores fall: the popular are met anyway."""
    prior: float = 0.1
    """Spread of the popularity base against the spread of a usual user's scores."""
    gate: float = 5.0
    """Events at which meaning (α) and behaviour (β) weigh the same; 0: behaviour alone."""
    borrow: float = 3.0
    """Users at which an item's own place and that of its content weigh the same in where it stands."""
    fusion: Fusion = "gate"
    """gate: α and β add up to 1; sum: both are 1; concat: as gate, the two in columns of their own."""
    friends: float = 0.0
    """Weight of friends' tastes in the vector of who has few events; 0: closed, until validation opens it."""
    tips: float = 0.0
    """Weight of what friends met themselves, rare items most, in the scores; 0: closed."""
    attributes: float = 0.0
    """Weight of declared attributes in the vector of who has few events; 0: closed."""

    def __post_init__(self) -> None:
        """Refuse what would divide by zero or turn a weight around."""
        placing = (self.dropout, self.damping, self.borrow, self.gate)
        if self.ridge <= 0 or min(*placing, *self.timing, self.prior, *self.terms) < 0:
            raise SettingsError(f"vector.recipe: ridge must be above 0 and nothing below 0: {self}")
        if self.smoothing <= 0 or not 0 <= self.memory <= 1:
            raise SettingsError(f"vector.recipe: smoothing must be above 0 and memory lie in 0..1: {self}")
        if self.fusion not in get_args(Fusion):
            hint = did_you_mean(str(self.fusion), get_args(Fusion)) or "; it is gate, sum or concat"
            raise SettingsError(f"vector.recipe: no fusion {self.fusion!r}{hint}")

    @property
    def timing(self) -> tuple[float, float, float, float]:
        """What counts only where there are times, memory and smoothing apart."""
        return self.recent, self.trend, self.fading, self.swell

    @property
    def terms(self) -> tuple[float, float, float]:
        """Weights of what is no past item of the user."""
        return self.friends, self.tips, self.attributes


class Range(NamedTuple):
    """Where a search looks for one constant."""

    name: str
    low: float
    high: float
    log: bool = False
    """Whether its orders of magnitude are searched evenly."""


RANGES = (
    Range("ridge", 1.0, 3000.0, log=True),
    Range("dropout", 0.0, 5.0),
    Range("memory", 0.0, 1.0),
    Range("recent", 0.0, 2.0),
    Range("trend", 0.0, 2.0),
    Range("fading", 0.0, 1.0),
    Range("swell", 0.0, 1.0),
    Range("smoothing", 0.1, 10.0, log=True),
    Range("damping", 0.0, 0.5),
    Range("prior", 0.0, 2.0),
    Range("gate", 0.0, 50.0),
    Range("borrow", 0.0, 30.0),
    Range("friends", 0.0, 2.0),
    Range("tips", 0.0, 60.0),
    Range("attributes", 0.0, 2.0),
)
"""Each constant of `Recipe`, once, in the order of its fields; every bound is a lawful value."""
