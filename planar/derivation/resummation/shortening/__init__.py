"""The shortest form of a scalar, modulo what defines its symbols: ideal, cost, search, terms."""
