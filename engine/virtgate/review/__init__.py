"""What a change to the data means before it is merged."""
