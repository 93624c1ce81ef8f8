import argparse

from parcels.database import sessions
from parcels.services import tracking


def main() -> None:
    parser = argparse.ArgumentParser(description="Looks up a parcel from the command line")
    parser.add_argument("tracking_number")
    arguments = parser.parse_args()
    with sessions() as db:
        print(tracking.find(db, arguments.tracking_number).status)
