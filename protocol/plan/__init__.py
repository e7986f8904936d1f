"""From verdicts to a plan, and the guard that reads it."""
