import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog } from '../local/log.mjs';
import { logTails } from '../local/log-file.mjs';
import { messageOf } from '../local/process.mjs';
import { SetupError } from '../local/run.mjs';
import { ensureReady } from '../local/setup.mjs';
import { Shutdown } from '../local/shutdown.mjs';
import { readTokens } from '../local/tokens.mjs';
import { Api } from './api.mjs';
import { countCalls } from './closed-loop.mjs';
import { summarize } from './outcome.mjs';
import { auditReport, outcomeReport } from './report.mjs';
import { executorKill, Scenario } from './scenario.mjs';
import { Screen } from './screen.mjs';
import { setStage } from './stage.mjs';

const log = createLog();
const shutdown = new Shutdown();
shutdown.listen(() => log.say('\nstopping and removing everything …'));

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'sluice-demo-')));
const data = join(folder, 'data');
shutdown.add(folder, () => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }));

const summary = await demo().catch(failed);
await shutdown.run();
console.log(`DEMO ${JSON.stringify(summary)}`);
process.exit(summary.ok ? 0 : 1);

async function demo() {
  // Never on somebody's real servers: all that the demo does stays in its own folder.
  const { NATS_URL, EVENT_STORE_URL, DATABASE_URL, ...env } = process.env;
  const { nats: server, haproxy } = await ensureReady({ build: true, nats: true, haproxy: true, log, env });
  if (!server || !haproxy) throw new SetupError('There is no NATS server, or no HAProxy, to start.');

  const started = Date.now();
  const { fleet, plane, load } = await setStage({ folder, server, haproxy, env, log, shutdown });
  const tokens = readTokens(data);
  const admin = new Api(plane.url, tokens.admin);
  const author = new Api(plane.url, tokens.author);
  const operator = new Api(plane.url, tokens.operator);
  const scenario = new Scenario({ author, operator, screen: new Screen(), load, started });
  const kill = executorKill({ plane, fleet, scenario });

  await admin.post('/v1/topologies', fleet.documents.topology);
  await admin.post('/v1/environments', fleet.documents.environment);
  const good = await scenario.release(fleet.release('2.0.0'), 'It is time for the new tax table', kill.look);
  const bad = await scenario.release(fleet.release('2.1.0'), 'The cache is wanted before the sale');
  const worse = await scenario.release(fleet.release('2.2.0'), 'The law holds from tomorrow');
  load.stop();

  const audits = await Promise.all([good, bad, worse].map(({ id }) => scenario.audit(id)));
  for (const [i, { id }] of [good, bad, worse].entries()) log.say(auditReport(id, audits[i] ?? []));
  const facts = {
    good,
    bad,
    worse,
    fleet: await fleet.versions(),
    staging: await fleet.versions(fleet.stagingUnits),
    deploys: fleet.deploys(),
    stagingPassed: audits.map((entries) => entries.some(isStagingPassed)),
    calls: await countCalls(fleet),
    integrity: await operator.get('/v1/audit/integrity'),
    totals: load.totals(),
    executorKilled: kill.done(),
    seconds: Math.round((Date.now() - started) / 1_000),
  };
  log.say(outcomeReport(facts));
  return summarize(facts);
}

/** @param {import('./api.mjs').AuditEntry} entry */
function isStagingPassed({ type, batch }) {
  return type.startsWith('BatchPassed.') && batch === 'staging';
}

/** @param {unknown} error */
function failed(error) {
  // What breaks while everything is being stopped is no news.
  if (!shutdown.begun) {
    console.error(error instanceof SetupError ? error.message : error);
    console.error(logTails(join(data, 'logs')));
  }
  return { ok: false, error: messageOf(error).split('\n')[0] };
}
