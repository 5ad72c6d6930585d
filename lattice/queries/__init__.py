"""Pure questions to an index: one module per kind of question, dataclasses out."""
