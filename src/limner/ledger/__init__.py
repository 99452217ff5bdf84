"""Rows become decayed sums: declarations, the batch, and what the evaluation replays."""
