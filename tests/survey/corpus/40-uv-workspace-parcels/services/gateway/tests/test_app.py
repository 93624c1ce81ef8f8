from gateway.app import app
from litestar.testing import TestClient


def test_unknown():
    with TestClient(app) as client:
        assert client.get("/parcels/X").status_code == 404
