import { Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { boards } from './boards';

const app = new Hono();

app.route('/boards', boards);
app.get('/robots.txt', (c) => c.text('User-agent: *'));
app.onError((err, c) => {
  if (err instanceof HTTPException) return err.getResponse();
  console.error(err);
  return c.json({ error: 'internal' }, 500);
});

export default { port: 4321, fetch: app.fetch };
