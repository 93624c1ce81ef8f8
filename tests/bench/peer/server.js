// The service that the bench compares with: POST /plans and GET …/revisions/head on Fastify and better-sqlite3, with
// pland's own tables (its migrations), synchronous=FULL, bearer tokens and Idempotency-Key. node server.js DIR PORT
import Fastify from 'fastify';
import Database from 'better-sqlite3';
import crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

const [dir, port] = [process.argv[2], Number(process.argv[3])];
const migrations = path.join(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '../../../migrations');
const db = new Database(path.join(dir, 'peer.db'));
db.pragma('journal_mode = WAL');
db.pragma('synchronous = FULL');
for (const file of fs.readdirSync(migrations).filter((f) => f.endsWith('.up.sql')).sort())
  db.exec(fs.readFileSync(path.join(migrations, file), 'utf8'));

const sha = (text) => crypto.createHash('sha256').update(text).digest();
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
function planId() {
  let time = Date.now(), out = '';
  for (let i = 0; i < 10; i++) { out = alphabet[time % 32] + out; time = Math.floor(time / 32); }
  for (const byte of crypto.randomBytes(16)) out += alphabet[byte % 32];
  return 'plan_' + out;
}
const secret = 'peer_' + crypto.randomBytes(20).toString('hex');
fs.writeFileSync(path.join(dir, 'token'), secret);
db.prepare('INSERT INTO tokens (id, name, hash, role, project, person, created_at, expires_at, last_used_at, revoked_at) VALUES (?,?,?,?,1,1,0,0,0,0)')
  .run('tok_1', 'bench', sha(secret), 'planner');
const tokens = new Map(); // like pland's cache
const byHash = db.prepare('SELECT n, project, person, role, revoked_at FROM tokens WHERE hash = ?');
function authenticate(header) {
  if (!header?.startsWith('Bearer ')) return undefined;
  const hash = sha(header.slice(7)), key = hash.toString('latin1');
  if (!tokens.has(key)) { const row = byHash.get(hash); if (row) tokens.set(key, row); }
  return tokens.get(key);
}

const insertPlan = db.prepare(`INSERT INTO plans (id, project, created_at, state, resume, mode, size, generation, seq, revision, approved, fanin,
 done, total, stale, suspicious, owner, created_by, updated_at, waiting_until, usd_limit, token_limit, usd_used, tokens_used, next_section, title, provider)
 VALUES (?, ?, ?, 'researching', 'awaiting_ticket', ?, ?, 1, 1, 0, 0, 0, 0, 1, 0, 0, ?, ?, ?, 0, 0, 0, 0, 0, 1, ?, 'offline')`);
const insertTicket = db.prepare('INSERT INTO tickets (plan, ticket, request) VALUES (?, ?, ?)');
const insertEvent = db.prepare("INSERT INTO events (plan, seq, at, actor, type, data) VALUES (?, 1, ?, ?, 'plan.created', ?)");
const insertJob = db.prepare(`INSERT INTO jobs (plan, kind, subject, generation, state, priority, run_at, attempts, lease_until, person, ended_at)
 VALUES (?, 'research', '', 1, 'queued', 5, ?, 0, 0, ?, 0)`);
const findKey = db.prepare('SELECT request, status, href FROM idempotency WHERE token = ? AND key = ?');
const insertKey = db.prepare('INSERT INTO idempotency (token, key, request, status, href, at) VALUES (?, ?, ?, 201, ?, ?)');
const create = db.transaction((who, body, key, request) => {
  if (key) {
    const used = findKey.get(who.n, key);
    if (used) return used.request.equals(request) ? { replay: used.href } : { conflict: true };
  }
  const now = Date.now(), id = planId(), ticket = JSON.stringify(body.ticket);
  const n = insertPlan.run(id, who.project, now, body.mode ?? 'interactive', body.size ?? 'auto', who.person, who.person, now, body.ticket.title).lastInsertRowid;
  insertTicket.run(n, ticket, '{}');
  insertEvent.run(n, now, who.person, JSON.stringify({ title: body.ticket.title }));
  insertJob.run(n, now, who.person);
  if (key) insertKey.run(who.n, key, request, '/plans/' + id, now);
  return { id, now };
});

const app = Fastify({ logger: false, bodyLimit: 4 << 20 });
const text = (max) => ({ type: 'string', minLength: 1, maxLength: max });
const schema = { body: { type: 'object', additionalProperties: false, required: ['ticket'], properties: {
  ticket: { type: 'object', additionalProperties: false, required: ['title'], properties: {
    title: text(300), body: { type: 'string', maxLength: 1 << 20 }, url: text(2000), key: text(200), labels: { type: 'array', maxItems: 50, items: text(100) } } },
  mode: { enum: ['interactive', 'auto'] }, size: { enum: ['auto', 'small', 'full'] } } } };
app.post('/plans', { schema }, (request, reply) => {
  const who = authenticate(request.headers.authorization);
  if (!who) return reply.code(401).send({ title: 'Unauthorized', status: 401 });
  const header = request.headers['idempotency-key'];
  const made = create(who, request.body, header && Buffer.from(header), header && sha('POST /plans ' + JSON.stringify(request.body)));
  if (made.conflict) return reply.code(422).send({ title: 'Key reused', status: 422 });
  if (made.replay) return reply.code(201).header('Location', made.replay).send({});
  const at = new Date(made.now).toISOString();
  return reply.code(201).header('Location', '/plans/' + made.id).header('ETag', '"1"').send({
    id: made.id, state: 'researching', activity: 'working', stale: false, title: request.body.ticket.title, mode: 'interactive', size: 'auto',
    labels: [], project: 'default', revision: 0, generation: 1, provider: 'offline', created_at: at, updated_at: at, ticket: request.body.ticket,
    progress: { step: 'researching', done: 0, total: 1 }, base: [], error: null });
});

// a stored plan of 20 KB, served as pland serves it: from id to bytes in one statement
const document = fs.existsSync(path.join(dir, 'head.json')) ? fs.readFileSync(path.join(dir, 'head.json'), 'utf8') : '{}';
const first = insertPlan.run('plan_bench', 1, 0, 'interactive', 'auto', 1, 1, 0, 'bench').lastInsertRowid;
db.prepare("INSERT INTO heads (plan, format, revision, etag, bytes) VALUES (?, 'json', 1, '\"r1\"', ?)").run(first, document);
const head = db.prepare("SELECT h.bytes, h.etag FROM plans p JOIN heads h ON h.plan = p.n AND h.format = 'json' WHERE p.id = ? AND p.project = ?");
app.get('/plans/:id/revisions/head', (request, reply) => {
  const who = authenticate(request.headers.authorization);
  if (!who) return reply.code(401).send({ title: 'Unauthorized', status: 401 });
  const row = head.get(request.params.id, who.project);
  if (!row) return reply.code(404).send({ title: 'Not found', status: 404 });
  return reply.header('ETag', row.etag).type('application/json').send(row.bytes);
});
app.listen({ port, host: '127.0.0.1' }).then(() => console.log('ready'));
