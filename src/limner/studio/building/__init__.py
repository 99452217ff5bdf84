"""One build: from clean tables to a published workspace."""
