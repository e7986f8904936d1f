"""From dose tables and current opioids to a dose: a closed list of methods, numbers from the ruleset."""
