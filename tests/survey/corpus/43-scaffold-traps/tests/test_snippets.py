from startline import snippets


def test_every_snippet_answers_on_healthz():
    assert all("/healthz" in text for text in snippets.ROUTES.values())
