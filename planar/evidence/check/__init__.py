"""Evidence by sampling: random letters are drawn, the expression itself is evaluated and compared.

Nothing here uses diagrams.
"""
