"""What is kept of a workspace beside its rows, and read again: items, sums, spaces, models, corrections."""
