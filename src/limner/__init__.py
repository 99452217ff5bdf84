"""Limner paints a portrait (用户画像) of every user of a recommender."""
