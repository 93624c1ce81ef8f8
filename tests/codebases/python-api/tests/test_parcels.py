def test_a_parcel_is_announced_once(client):
    assert client.post("/v1/parcels", json={"tracking_number": "AB123456"}).status_code == 201
    again = client.post("/v1/parcels", json={"tracking_number": "AB123456"})
    assert again.status_code == 409
    assert again.json()["code"] == "conflict"


def test_an_unknown_parcel_is_404(client):
    assert client.get("/v1/parcels/NOPE0000").status_code == 404
