"""Wires one run: from rows to a workspace, and from a workspace to profiles."""
