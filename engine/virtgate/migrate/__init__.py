"""Whether a guest may move from one host to another, and what makes it possible."""
