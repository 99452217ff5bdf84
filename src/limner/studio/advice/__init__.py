"""Items for users, why, and who is like them."""
