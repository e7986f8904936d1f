"""What a ruleset says, read strictly and not yet resolved."""
