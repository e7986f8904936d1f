"""What rules mean for one patient, by the reference and by durable_rules."""
