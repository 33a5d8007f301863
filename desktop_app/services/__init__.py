"""Use cases: each checks the right, opens the transaction, returns what changed. Only services commit."""
