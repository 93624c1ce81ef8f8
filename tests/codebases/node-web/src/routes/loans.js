import { Router } from 'express';
import { db } from '../db.js';
import { dueDate } from '../services/due.js';
import { HttpError } from '../errors.js';

export const loans = Router();

loans.post('/', async (req, res) => {
  const { book_id: bookId, borrower } = req.body;
  const open = await db('loans').where({ book_id: bookId }).first();
  if (open) throw new HttpError(409, 'lent', 'the book is already lent');
  const [row] = await db('loans').insert({ book_id: bookId, borrower, due_at: dueDate(new Date()) }).returning('*');
  res.status(201).json(row);
});
