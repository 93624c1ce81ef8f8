"""startline new KIND NAME

Writes a new service below the current folder. Afterwards:

    cd NAME
    make test
    npm run dev
"""
import argparse
import sys
from pathlib import Path

from startline.errors import StartlineError
from startline.render import render_tree


def cli() -> int:
    parser = argparse.ArgumentParser(prog="startline")
    parser.add_argument("kind")
    parser.add_argument("name")
    args = parser.parse_args()
    try:
        render_tree(args.kind, Path(args.name))
    except StartlineError as e:
        print(f"startline: {e}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(cli())
