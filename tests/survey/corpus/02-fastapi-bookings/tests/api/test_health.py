async def test_health(client):
    answer = await client.get("/health")
    assert answer.json() == {"status": "ok"}
