"""When a text is one of a benchmark's items: the same, said otherwise, or within other words."""
