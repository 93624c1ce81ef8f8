import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';

export const boards = new Hono();

boards.get('/', (c) => c.json([]));
boards.post('/:id/pins', async (c) => {
  const { url } = await c.req.json();
  if (!URL.canParse(url)) throw new HTTPException(400, { message: 'not a URL' });
  return c.body(null, 201);
});
