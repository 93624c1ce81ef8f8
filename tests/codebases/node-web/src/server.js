import express from 'express';
import { answerErrors } from './errors.js';
import { books } from './routes/books.js';
import { loans } from './routes/loans.js';

export const app = express();
app.use(express.json({ limit: '100kb' }));
app.get('/healthz', (req, res) => res.json({ ok: true }));
app.use('/api/books', books);
app.use('/api/loans', loans);
app.use(answerErrors);

if (process.env.NODE_ENV !== 'test') {
  app.listen(Number(process.env.PORT ?? 3000));
}
