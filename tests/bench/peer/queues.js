// No-op jobs claimed and finished by the queues that people put on PostgreSQL; prints jobs/s. Jobs are there before the
// clock starts. node queues.js DATABASE graphile JOBS [CONCURRENCY, its default] | pg-boss JOBS BATCH
import { run, makeWorkerUtils } from 'graphile-worker';
import PgBoss from 'pg-boss';

const [database, which, count, option] = [process.argv[2], process.argv[3], Number(process.argv[4]), Number(process.argv[5] ?? 0)];

async function graphile() {
  const utils = await makeWorkerUtils({ connectionString: database });
  await utils.migrate();
  await utils.withPgClient((db) => db.query(
    "SELECT graphile_worker.add_jobs(array_agg(json_populate_record(null::graphile_worker.job_spec, '{\"identifier\": \"noop\"}'))) FROM generate_series(1, $1)", [count]));
  await utils.release();
  let done = 0, all;
  const over = new Promise((resolve) => { all = resolve; });
  const quiet = { error() {}, warn() {}, info() {}, debug() {} };
  const { Logger } = await import('graphile-worker');
  const from = process.hrtime.bigint();
  const runner = await run({ connectionString: database, ...(option ? { concurrency: option } : {}), noHandleSignals: true,
    logger: new Logger(() => (level, message) => quiet[level]?.(message)), taskList: { noop: async () => { if (++done === count) all(); } } });
  await over;
  await runner.stop(); // its last completions are written then
  return count / (Number(process.hrtime.bigint() - from) / 1e9);
}

// Without its polling pause between batches: fetch and complete are what its worker calls.
async function boss() {
  const b = new PgBoss({ connectionString: database, supervise: false, schedule: false });
  await b.start();
  await b.createQueue('noop');
  for (let i = 0; i < count; i += 1000) await b.insert(Array.from({ length: 1000 }, () => ({ name: 'noop', data: {} })));
  const from = process.hrtime.bigint();
  for (let done = 0; done < count;) {
    const jobs = await b.fetch('noop', { batchSize: option });
    await b.complete('noop', jobs.map((j) => j.id));
    done += jobs.length;
  }
  const rate = count / (Number(process.hrtime.bigint() - from) / 1e9);
  await b.stop({ graceful: false });
  return rate;
}

console.log(Math.round(await (which === 'graphile' ? graphile() : boss())));
process.exit(0);
