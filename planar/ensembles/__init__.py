"""Laws of free random matrices, one a file."""
