"""The program znn, which the package has in its folder: `znn` and `python -m znn` run it."""

from __future__ import annotations

import os
import sys


def main() -> None:
    program = os.path.join(os.path.dirname(os.path.abspath(__file__)), "bin", "znn")
    try:
        os.execv(program, ["znn", *sys.argv[1:]])
    except OSError as error:
        sys.exit(f"znn: {program}: {error.strerror}")


if __name__ == "__main__":
    main()
