"""A store looked after: old rows let go, moved, held against itself."""
