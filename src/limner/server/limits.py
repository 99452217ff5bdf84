"""How often one caller may ask: a bucket of tokens each, which fills as time goes by."""

from collections import OrderedDict
from time import monotonic

_MOST_CALLERS = 20_000
WRONG_PER_SECOND = 0.2
WRONG_AT_ONCE = 20
"""Wrong keys that one address may show before it has to wait."""


class Buckets:
    """Token buckets by caller; those not seen for long are forgotten, full as they are by then."""

    def __init__(self, per_second: float, burst: int) -> None:
        """Fill with so many tokens a second, up to ``burst``; 0 a second: no limit."""
        self._rate = per_second
        self._burst = float(burst)
        self._held: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, caller: str) -> float:
        """Take a token; return 0, or the seconds until there is one."""
        if not self._rate:
            return 0.0
        now = monotonic()
        tokens = self._count(caller, now)
        if tokens < 1:
            return (1 - tokens) / self._rate
        self._held[caller] = tokens - 1, now
        self._held.move_to_end(caller)
        if len(self._held) > _MOST_CALLERS:
            self._held.popitem(last=False)
        return 0.0

    def wait(self, caller: str) -> float:
        """Return the seconds until there is a token, and take none."""
        tokens = self._count(caller, monotonic())
        return 0.0 if tokens >= 1 else (1 - tokens) / self._rate

    def _count(self, caller: str, now: float) -> float:
        tokens, then = self._held.get(caller, (self._burst, now))
        return min(self._burst, tokens + (now - then) * self._rate)
