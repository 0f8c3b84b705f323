"""The concept graph: counted, stored, walked through, and its names."""
