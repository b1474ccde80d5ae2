"""A ``Program`` as text: one printer a backend."""
