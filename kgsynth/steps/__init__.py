"""The steps: each reads what is pending from the graph, works in chunks, writes back."""
