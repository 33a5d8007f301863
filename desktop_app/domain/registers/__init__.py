"""One module a register: the class and its rules."""
