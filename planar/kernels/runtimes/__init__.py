"""What generated modules carry along; the source of each function that they use is copied into them."""
