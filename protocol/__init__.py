"""Turns a pain assessment into a stepwise treatment plan, with a reason and a source on every line."""
