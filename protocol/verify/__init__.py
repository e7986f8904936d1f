"""The same meaning as solver terms, to prove what tests can only sample."""
