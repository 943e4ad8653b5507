import Table from 'cli-table3';
import type { Bench, BenchReport } from './bench.js';
import { commandsBench } from './commands/commands.js';
import { feedBench } from './feed/feed.js';
import { planBench } from './plan/plan.js';
import { projectionBench } from './projection/projection.js';
import { scaleBench } from './scale/scale.js';
import { storeBench } from './store/store.js';
import { trafficBench } from './traffic/traffic.js';

const BENCHES: Readonly<Record<string, Bench>> = {
  commands: commandsBench,
  feed: feedBench,
  plan: planBench,
  projection: projectionBench,
  scale: scaleBench,
  store: storeBench,
  traffic: trafficBench,
};

const [name = '', ...options] = process.argv.slice(2);
const bench = Object.hasOwn(BENCHES, name) ? BENCHES[name] : undefined;
if (bench) {
  const report = await bench.run();
  console.log(options.includes('--json') ? JSON.stringify(report, null, 2) : asText(report));
} else {
  console.error(name ? `There is no benchmark ${name}. There are:` : 'Which benchmark? There are:');
  for (const [known, { about }] of Object.entries(BENCHES)) console.error(`  ${known}  ${about}`);
  process.exitCode = 1;
}

function asText({ rows, summary }: BenchReport): string {
  const columns = Object.keys(rows[0] ?? {});
  const table = new Table({ head: columns, colAligns: columns.map(() => 'right'), style: { head: [], border: [] } });
  for (const row of rows) table.push(columns.map((column) => row[column] ?? ''));
  return [table.toString(), ...Object.entries(summary).map(([what, value]) => `${what}: ${value}`)].join('\n');
}
