"""What a reader lets a coach see of their log, for how long, and who looked."""
