"""`python -m protocol` is the command `mps`."""

from __future__ import annotations

import sys

from protocol.cli import main

if __name__ == "__main__":
    sys.exit(main())
