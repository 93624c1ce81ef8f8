def chute_of(parcel: str) -> int:
    return sum(parcel.encode()) % 24
