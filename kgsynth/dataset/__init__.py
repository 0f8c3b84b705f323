"""Data sets: the forms of a training record, splits that do not leak, and the card."""
