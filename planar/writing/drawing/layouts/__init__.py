"""Where the marks of a diagram stand, from ``Diagram`` to ``Picture``.

The layouts are ``backbone``, ``ladder_diagram``, ``circle``, ``double_line`` and ``annulus``; the
other files are what these share.
"""
