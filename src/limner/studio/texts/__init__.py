"""Texts read by models and read aloud: what is asked, what came of it, what it costs."""
