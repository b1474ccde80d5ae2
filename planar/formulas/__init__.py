"""What formulas are written with: symbols, letters, traces, quantities and their names, and how a
line is printed.
"""
