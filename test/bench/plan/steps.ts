import { readFileSync } from 'node:fs';
import { DEFAULT_POLICY, plan, readRelease, readTopology } from '#domain';

/** What one planning took, in milliseconds and megabytes. */
export interface PlanSteps {
  readonly batches: number;
  readonly parse: number;
  readonly plan: number;
  /** From the start of the process. */
  readonly total: number;
  /** Processor time of all threads from the start: what the planning costs, however busy the machine is. */
  readonly cpu: number;
  readonly peakRss: number;
  /** JSON.parse and JSON.stringify of the same topology: what this machine takes for work of the same size. */
  readonly yardstick: number;
}

/** Plans once, in a process of its own: `node steps.js topology.yaml release.yaml`. Prints one line of JSON. */
const [topologyFile = '', releaseFile = ''] = process.argv.slice(2);
const started = performance.now();
const topology = readTopology(readFileSync(topologyFile, 'utf8'), topologyFile);
const release = readRelease(readFileSync(releaseFile, 'utf8'), releaseFile);
const parsed = performance.now();
if (!topology.ok || !release.ok) throw new Error(JSON.stringify([topology, release]));
const made = plan(release.value, topology.value, DEFAULT_POLICY);
if (!made.ok) throw new Error(JSON.stringify(made.problems));
const total = performance.now();
const { user, system } = process.cpuUsage();
const peakRss = process.resourceUsage().maxRSS / 1024;

const text = JSON.stringify(topology.value);
const before = performance.now();
JSON.stringify(JSON.parse(text));
const yardstick = performance.now() - before;

const steps: PlanSteps = {
  batches: made.plan.batches.length,
  parse: parsed - started,
  plan: total - parsed,
  total,
  cpu: (user + system) / 1_000,
  peakRss,
  yardstick,
};
console.log(JSON.stringify(steps));
