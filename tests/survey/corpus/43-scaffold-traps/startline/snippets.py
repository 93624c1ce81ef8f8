"""Snippets that the wizard can add to a service."""

ROUTES = {
    "fastapi": '''
@app.get("/healthz")
def healthz():
    return {"ok": True}
''',
    "express": """
app.get('/healthz', (req, res) => res.send('ok'));
app.use((err, req, res, next) => res.status(500).end());
""",
    "gin": 'r.GET("/healthz", func(c *gin.Context) { c.Status(200) })',
}

WORKFLOW = """
on: [push]
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - run: make test
"""

DOCKERFILE = "FROM python:3.12-slim\nCMD [\"python\", \"-m\", \"service\"]\n"
