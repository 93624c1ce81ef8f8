"""Reads ways of an OpenStreetMap extract."""


class BadWay(ValueError):
    pass


def nodes_of(line: str) -> list[int]:
    kind, *nodes = line.split()
    if kind != "way":
        raise BadWay(line)
    return [int(n) for n in nodes]
