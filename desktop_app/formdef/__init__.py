"""Form files: how people see a register. Read, checked against the class, frozen."""
