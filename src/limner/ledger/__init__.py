"""Rows become decayed sums: declarations, the batch, and what the evaluation replays."""

from limner.ledger.items import ItemSums, item_sums, weigh_events

__all__ = ["ItemSums", "item_sums", "weigh_events"]
