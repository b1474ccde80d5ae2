"""Evidence by sampling: draws the random letters, evaluates the expression itself, compares; knows
no diagram.
"""
