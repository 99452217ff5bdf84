"""Rows that come into a living workspace, from frames, files, streams, requests and other workspaces."""
