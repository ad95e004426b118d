"""The command line: one module a group of commands; every command calls the same operations as the window."""
