import pytest

from lostfound import create_app
from lostfound.models import db


@pytest.fixture
def client():
    app = create_app({"SQLALCHEMY_DATABASE_URI": "sqlite://"})
    with app.app_context():
        db.create_all()
        yield app.test_client()


def test_an_unknown_item(client):
    assert client.get("/items/7").status_code == 404


def test_claimed_once(client):
    item = client.post("/items/", json={"what": "umbrella"}).json["id"]
    assert client.put(f"/items/{item}/claim", json={"name": "A"}).status_code == 204
    assert client.put(f"/items/{item}/claim", json={"name": "B"}).status_code == 409
