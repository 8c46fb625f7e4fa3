"""What upstream had when: ledgers, releases, and the status of a path."""
