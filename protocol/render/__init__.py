"""The plan as people read it. Nothing here decides: every word comes from the plan or from a word list."""
