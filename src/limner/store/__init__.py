"""A workspace at rest: one SQLite file, its tables, and which of them is current."""
