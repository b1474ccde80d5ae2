"""The demonstration: from a typed expression to a checked formula, then to real data."""
