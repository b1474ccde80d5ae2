"""``python -m planar`` is ``planar``."""

from planar.cli.main import main

if __name__ == "__main__":
    raise SystemExit(main())
