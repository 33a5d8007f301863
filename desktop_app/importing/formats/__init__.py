"""One module a kind of file: each gives grids. They run in the reader's child process only."""
