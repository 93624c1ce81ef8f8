import argparse


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("label")
    print(parser.parse_args().label)
