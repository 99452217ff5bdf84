"""The constants of a space, `[vector.recipe]`, each with the reason it exists."""

from dataclasses import dataclass
from typing import Literal, get_args

from limner.errors import SettingsError, did_you_mean

Fusion = Literal["gate", "sum", "concat"]


@dataclass(frozen=True, slots=True)
class Recipe:
    """Hyper-parameters of `fit_space`; the defaults are a middle way between kinds of data.

    `limner.evaluate` chooses them on validation; `choose_recipe` does so for a build.
    """

    ridge: float = 100.0
    """Events of evidence that two items must overcome before they count as alike."""
    dropout: float = 1.0
    """Extra ridge per event of an item: how hard popular items are kept from explaining everything."""
    memory: float = 0.0
    """What a past item weighs: 0 its events whenever they were, 1 the lasting decayed sum."""
    trend: float = 1.0
    """Exponent of (recent share / all-time share) by which an item's scores rise or fall."""
    smoothing: float = 1.0
    """Pseudo-events per item of the catalogue that the shares are shrunk with."""
    prior: float = 0.1
    """Spread of the popularity base against the spread of a usual user's scores."""
    gate: float = 5.0
    """Events at which meaning (α) and behaviour (β) weigh the same; 0: behaviour alone."""
    borrow: float = 3.0
    """Users at which an item's own place and that of its content weigh the same in where it stands."""
    fusion: Fusion = "gate"
    """gate: α and β add up to 1; sum: both are 1; concat: as gate, the two in columns of their own."""

    def __post_init__(self) -> None:
        """Refuse what would divide by zero or turn a weight around."""
        if self.ridge <= 0 or min(self.dropout, self.trend, self.prior, self.gate, self.borrow) < 0:
            raise SettingsError(f"vector.recipe: ridge must be above 0 and nothing below 0: {self}")
        if self.smoothing <= 0 or not 0 <= self.memory <= 1:
            raise SettingsError(f"vector.recipe: smoothing must be above 0 and memory lie in 0..1: {self}")
        if self.fusion not in get_args(Fusion):
            hint = did_you_mean(str(self.fusion), get_args(Fusion)) or "; it is gate, sum or concat"
            raise SettingsError(f"vector.recipe: no fusion {self.fusion!r}{hint}")
