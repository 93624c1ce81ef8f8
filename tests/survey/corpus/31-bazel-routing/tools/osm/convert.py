import sys

from tools.osm import osm


def main() -> None:
    for line in sys.stdin:
        print(*osm.nodes_of(line), sep=",")


if __name__ == "__main__":
    main()
