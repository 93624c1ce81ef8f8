// The service that the bench compares with on PostgreSQL: POST /plans on Fastify and pg, with pland's own tables, bearer
// tokens and Idempotency-Key; a transaction for each request, statements prepared once. node postgres.js DATABASE PORT
// POOL says how many connections (pg's own default: 10).
import Fastify from 'fastify';
import pg from 'pg';
import crypto from 'node:crypto';

const [database, port] = [process.argv[2], Number(process.argv[3])];
const pool = new pg.Pool({ connectionString: database, max: Number(process.env.POOL ?? 10) });

const sha = (text) => crypto.createHash('sha256').update(text).digest();
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
function planId() {
  let time = Date.now(), out = '';
  for (let i = 0; i < 10; i++) { out = alphabet[time % 32] + out; time = Math.floor(time / 32); }
  for (const byte of crypto.randomBytes(16)) out += alphabet[byte % 32];
  return 'plan_' + out;
}
const secret = 'peer_' + crypto.randomBytes(20).toString('hex');
await pool.query(`INSERT INTO tokens (id, name, hash, role, project, person, created_at, expires_at, last_used_at, revoked_at)
 VALUES ($1, 'bench', $2, 'planner', 1, 1, 0, 0, 0, 0)`, ['tok_' + secret.slice(5, 20), sha(secret)]);
const tokens = new Map(); // like pland's cache
async function authenticate(header) {
  if (!header?.startsWith('Bearer ')) return undefined;
  const hash = sha(header.slice(7)), key = hash.toString('latin1');
  if (!tokens.has(key)) {
    const { rows } = await pool.query('SELECT n, project, person, role, revoked_at FROM tokens WHERE hash = $1', [hash]);
    if (rows.length) tokens.set(key, rows[0]);
  }
  return tokens.get(key);
}

const statements = {
  findKey: 'SELECT request, status, href FROM idempotency WHERE token = $1 AND key = $2',
  plan: `INSERT INTO plans (id, project, created_at, state, resume, mode, size, generation, seq, revision, approved, fanin, done, total, stale,
 suspicious, owner, created_by, updated_at, waiting_until, usd_limit, token_limit, usd_used, tokens_used, next_section, title, provider)
 VALUES ($1, $2, $3, 'researching', 'awaiting_ticket', $4, $5, 1, 1, 0, 0, 0, 0, 1, 0, 0, $6, $6, $3, 0, 0, 0, 0, 0, 1, $7, 'offline') RETURNING n`,
  ticket: 'INSERT INTO tickets (plan, ticket, request) VALUES ($1, $2, $3)',
  event: "INSERT INTO events (plan, seq, at, actor, type, data) VALUES ($1, 1, $2, $3, 'plan.created', $4)",
  job: `INSERT INTO jobs (plan, kind, subject, generation, state, priority, run_at, attempts, lease_until, person, ended_at)
 VALUES ($1, 'research', '', 1, 'queued', 5, $2, 0, 0, $3, 0)`,
  key: 'INSERT INTO idempotency (token, key, request, status, href, at) VALUES ($1, $2, $3, 201, $4, $5)',
};
async function create(who, body, key, request) {
  const db = await pool.connect();
  const run = (name, values) => db.query({ name, text: statements[name], values });
  try {
    await db.query('BEGIN');
    if (key) {
      const used = (await run('findKey', [who.n, key])).rows[0];
      if (used) {
        await db.query('ROLLBACK');
        return used.request.equals(request) ? { replay: used.href } : { conflict: true };
      }
    }
    const now = Date.now(), id = planId();
    const { n } = (await run('plan', [id, who.project, now, body.mode ?? 'interactive', body.size ?? 'auto', who.person, body.ticket.title])).rows[0];
    await run('ticket', [n, JSON.stringify(body.ticket), '{}']);
    await run('event', [n, now, who.person, JSON.stringify({ title: body.ticket.title })]);
    await run('job', [n, now, who.person]);
    if (key) await run('key', [who.n, key, request, '/plans/' + id, now]);
    await db.query('COMMIT');
    return { id, now };
  } catch (e) {
    await db.query('ROLLBACK').catch(() => {});
    throw e;
  } finally {
    db.release();
  }
}

const app = Fastify({ logger: false, bodyLimit: 4 << 20 });
const text = (max) => ({ type: 'string', minLength: 1, maxLength: max });
const schema = { body: { type: 'object', additionalProperties: false, required: ['ticket'], properties: {
  ticket: { type: 'object', additionalProperties: false, required: ['title'], properties: {
    title: text(300), body: { type: 'string', maxLength: 1 << 20 }, url: text(2000), key: text(200), labels: { type: 'array', maxItems: 50, items: text(100) } } },
  mode: { enum: ['interactive', 'auto'] }, size: { enum: ['auto', 'small', 'full'] } } } };
app.post('/plans', { schema }, async (request, reply) => {
  const who = await authenticate(request.headers.authorization);
  if (!who) return reply.code(401).send({ title: 'Unauthorized', status: 401 });
  const header = request.headers['idempotency-key'];
  const made = await create(who, request.body, header && Buffer.from(header), header && sha('POST /plans ' + JSON.stringify(request.body)));
  if (made.conflict) return reply.code(422).send({ title: 'Key reused', status: 422 });
  if (made.replay) return reply.code(201).header('Location', made.replay).send({});
  const at = new Date(made.now).toISOString();
  return reply.code(201).header('Location', '/plans/' + made.id).header('ETag', '"1"').send({
    id: made.id, state: 'researching', activity: 'working', stale: false, title: request.body.ticket.title, mode: 'interactive', size: 'auto',
    labels: [], project: 'default', revision: 0, generation: 1, provider: 'offline', created_at: at, updated_at: at, ticket: request.body.ticket,
    progress: { step: 'researching', done: 0, total: 1 }, base: [], error: null });
});
app.listen({ port, host: '127.0.0.1' }).then(() => console.log(`ready ${app.server.address().port} ${secret}`));
