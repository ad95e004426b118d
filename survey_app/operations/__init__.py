"""What a person can do: one plain function each, for the window and the command line alike."""
