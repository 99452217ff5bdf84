"""Users by what their portraits say: expressions, what their names mean, and whether facts fulfil them."""
