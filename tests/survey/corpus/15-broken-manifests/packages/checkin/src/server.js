const express = require('express');

const app = express();

app.get('/guests/:id', (req, res) => res.json({ id: req.params.id }));

app.use((err, req, res, next) => {
  console.error(err);
  res.status(500).json({ error: 'internal' });
});

app.listen(process.env.PORT || 4000);
