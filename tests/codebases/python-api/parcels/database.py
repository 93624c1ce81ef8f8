import os
from collections.abc import Iterator

from sqlalchemy import create_engine
from sqlalchemy.orm import Session, sessionmaker

engine = create_engine(os.environ.get("DATABASE_URL", "sqlite://"))
sessions = sessionmaker(engine)


def session() -> Iterator[Session]:
    with sessions() as open_session:
        yield open_session
