import request from 'supertest';
import { expect, test } from 'vitest';
import { app } from '../src/server.js';

test('health answers', async () => {
  const answer = await request(app).get('/healthz');
  expect(answer.body).toEqual({ ok: true });
});
