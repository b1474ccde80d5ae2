"""``python -m planar`` is ``planar``."""

from planar.interfaces.cli.main import main

if __name__ == "__main__":
    raise SystemExit(main())
