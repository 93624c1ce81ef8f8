import { Router } from 'express';
import { z } from 'zod';
import { db } from '../db.js';
import { HttpError } from '../errors.js';

const newBook = z.object({ title: z.string().min(1).max(300), isbn: z.string().length(13).optional() });

export const books = Router();

books.get('/', async (req, res) => {
  res.json(await db('books').orderBy('title').limit(100));
});

books.post('/', async (req, res) => {
  const body = newBook.safeParse(req.body);
  if (!body.success) throw new HttpError(400, 'invalid', body.error.message);
  const [row] = await db('books').insert(body.data).returning('*');
  res.status(201).json(row);
});
