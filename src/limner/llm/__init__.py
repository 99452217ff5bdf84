"""A generative model, asked only where it pays and believed only where the text bears it out.

Clauses are split and numbered here; the model answers with their numbers, so a quotation is exact by
construction. `asking.ask_about` is the door for texts, `persona.write_persona` the one for personas.
"""
