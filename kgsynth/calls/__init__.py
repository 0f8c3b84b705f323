"""Model calls of the steps: what is pending is asked, kept on disk, parsed and written back."""
