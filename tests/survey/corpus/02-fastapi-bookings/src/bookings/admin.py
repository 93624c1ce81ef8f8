"""bookings-admin: what operators do by hand."""
import argparse


def main() -> None:
    parser = argparse.ArgumentParser(prog="bookings-admin")
    parser.add_argument("command", choices=["purge", "export"])
    print(parser.parse_args().command)


if __name__ == "__main__":
    main()
