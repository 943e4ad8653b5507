import { openEventStore } from '#event-store';
import { openDatabase } from '../../../services/audit/src/database/open-database.js';
import { ROWS } from '../../../services/audit/src/database/tables.js';
import { ProjectionRun } from '../../../services/audit/src/projection/projection-run.js';
import { checkpoint } from '../../../services/audit/src/projection/write-events.js';
import { type Contents, contentsOf } from './contents.js';
import { followUnderLoad, type Lag } from './lag.js';
import { bareInserts } from './yardstick.js';

/** What one database took. */
export interface ProjectionSteps {
  readonly events: number;
  /** From the start of the projection until every event of the log was in, in seconds; and processor time of this process. */
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly contents: Contents;
  readonly lag: Lag;
  /** Whether all that was written under load was in as well when it had ended. */
  readonly complete: boolean;
  readonly yardstick: { readonly rows: number; readonly seconds: number };
}

/** The projection in a process of its own, as the service has it: `node steps.js <log> <position> <data folder> [<database>]`. */
const [log = '', until = '', data = '', url] = process.argv.slice(2);
const store = await openEventStore(log, { name: 'bench' });
const database = await openDatabase({ DATABASE_URL: url, SLUICE_DATA: data });
if ((await checkpoint(database.manager)) !== -1) throw new Error('there are read models in this database already');

const TABLES = [...ROWS.map((rows) => database.getMetadata(rows).tableName), 'migrations'];

const before = process.cpuUsage();
const began = performance.now();
const run = await ProjectionRun.start(store, database);
await run.caughtUp();
const seconds = (performance.now() - began) / 1_000;
const { events } = run;
const { user, system } = process.cpuUsage(before);
const contents = await contentsOf(database, Number(until));
const lag = await followUnderLoad(store, run, url === undefined ? 'embedded' : 'server');
const complete = (await checkpoint(database.manager)) === (await store.head());
await run.stop();
const yardstick = await bareInserts(database);
if (url !== undefined) await database.query(`DROP TABLE ${TABLES}`);
await database.destroy();
await store.close();

const steps: ProjectionSteps = {
  events,
  seconds,
  cpuSeconds: (user + system) / 1e6,
  contents,
  lag,
  complete,
  yardstick,
};
console.log(JSON.stringify(steps));
