"""Where users stand: the object in Python, the command line, the local page, the demonstration."""
