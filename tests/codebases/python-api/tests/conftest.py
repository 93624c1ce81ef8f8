import pytest
from fastapi.testclient import TestClient
from sqlalchemy import create_engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from parcels.database import session
from parcels.main import app
from parcels.models import Base


@pytest.fixture
def db():
    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    Base.metadata.create_all(engine)
    with Session(engine) as open_session:
        yield open_session


@pytest.fixture
def client(db):
    app.dependency_overrides[session] = lambda: db
    yield TestClient(app)
    app.dependency_overrides.clear()
