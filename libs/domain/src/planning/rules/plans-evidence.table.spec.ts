import { describe, expect, it } from '@jest/globals';
import { EXEC, expectedOf, METRIC, type Row, resultOf, STAGING } from './plans.spec-support.js';

const LATENCY = { name: 'slow', latency: { histogram: 'duration_seconds' } };
const LOG = { name: 'orders', log: { source: 'orders.log', pattern: 'placed', min: 1 } };
const CONFIRM = { name: 'look', confirm: {} };
const FILE = { name: 'online-file', file: { path: '/build-info.json', sha256: 'a'.repeat(64) } };
const validated = (...validate: object[]) => ({ validate });
const accepting = (...acceptable: string[]) => ({ validation: { acceptable } });
const ONLY_FILES = { validation: { deployment: ['file'] } };
const bare = ({ clusters }: Readonly<Record<string, unknown>>) => ({ clusters });

/** The topology with units of these drivers in two clusters, one within a region. */
const driven =
  (drivers: object | undefined, ...names: (string | undefined)[]) =>
  () => {
    const units = names.map((driver, i) => ({ id: `a-${i + 1}`, ...(driver ? { driver } : {}) }));
    const region = { name: 'eu', kind: 'region', clusters: [{ name: 'a', kind: 'zone', units }] };
    return { ...(drivers ? { drivers } : {}), clusters: [{ name: 'z', kind: 'zone', units: [{ id: 'z-1' }] }, region] };
  };
const OF_A = [{ clusters: ['a'], batches: [1, '100%'] }];

const ROWS: readonly Row[] = [
  { plan: 'OBS-1: nothing validates', spec: { validate: undefined }, finds: ['blocks OBS-1 at spec.validate'] },
  { plan: 'OBS-1: an empty list', spec: validated(), finds: ['blocks OBS-1 at spec.validate'] },
  { plan: 'OBS-1: a metric', spec: validated(METRIC), finds: [] },
  { plan: 'OBS-1: a latency', spec: validated(LATENCY), finds: [] },
  { plan: 'OBS-1: a log', spec: validated(LOG), finds: [] },
  { plan: 'OBS-1: a second person', spec: validated(CONFIRM), finds: [] },
  {
    plan: 'OBS-1: a file, which is no way to see how the service is',
    spec: validated(FILE),
    finds: ['blocks OBS-1 at spec.validate'],
  },
  {
    plan: 'OBS-1: a file that has the name of what would help',
    spec: validated({ ...FILE, name: 'second-look' }),
    finds: ['blocks OBS-1 at spec.validate'],
  },
  {
    plan: 'OBS-1: only metrics are accepted, and a person looks',
    spec: validated(CONFIRM),
    policy: accepting('metric'),
    finds: ['blocks OBS-1 at spec.validate'],
  },
  {
    plan: 'OBS-1: only latencies are accepted',
    spec: validated(METRIC),
    policy: accepting('latency'),
    finds: ['blocks OBS-1 at spec.validate'],
  },
  {
    plan: 'OBS-1: only logs are accepted',
    spec: validated(METRIC),
    policy: accepting('log'),
    finds: ['blocks OBS-1 at spec.validate'],
  },
  { plan: 'OBS-1: one of two is accepted', spec: validated(LOG, METRIC), policy: accepting('metric'), finds: [] },
  {
    plan: 'OBS-1: a policy that asks for nothing',
    spec: validated(),
    policy: { validation: { required: false } },
    finds: [],
  },
  {
    plan: 'OBS-1: as many validators as there may be, none of them accepted',
    spec: validated(...Array.from({ length: 50 }, (_, i) => ({ ...FILE, name: `file-${i}` }))),
    finds: ['blocks OBS-1 at spec.validate'],
  },
  { plan: 'OBS-2: a file where only files are accepted', spec: validated(METRIC, FILE), policy: ONLY_FILES, finds: [] },
  {
    plan: 'OBS-2: no file where only files are accepted',
    policy: ONLY_FILES,
    finds: ['blocks OBS-2 at spec.validate'],
  },
  {
    plan: 'OBS-1 and OBS-2: nothing, where only files and logs are accepted',
    spec: validated(),
    policy: { validation: { deployment: ['file'], acceptable: ['log'] } },
    finds: ['blocks OBS-1 at spec.validate', 'blocks OBS-2 at spec.validate'],
  },
  { plan: 'RBK-1: no drivers', topology: bare, finds: ['blocks RBK-1 at topology spec.drivers.exec'] },
  {
    plan: 'RBK-1: drivers without exec',
    topology: (spec) => ({ ...spec, drivers: {} }),
    finds: ['blocks RBK-1 at topology spec.drivers.exec'],
  },
  {
    plan: 'RBK-1: one unit with a driver that there is not',
    topology: driven(EXEC, undefined, 'teleport'),
    rollout: OF_A,
    finds: ['blocks RBK-1 at topology spec.clusters[1].clusters[0].units[1].driver'],
  },
  {
    plan: 'RBK-1: all units with drivers that there are not',
    topology: driven(EXEC, 'teleport', 'teleport', 'pigeon'),
    rollout: OF_A,
    finds: [
      'blocks RBK-1 at topology spec.clusters[1].clusters[0].units[0].driver',
      'blocks RBK-1 at topology spec.clusters[1].clusters[0].units[2].driver',
    ],
  },
  {
    plan: 'RBK-1: a driver that there is not, and no commands for the one that there is',
    topology: driven(undefined, 'exec', 'teleport'),
    rollout: OF_A,
    finds: [
      'blocks RBK-1 at topology spec.drivers.exec',
      'blocks RBK-1 at topology spec.clusters[1].clusters[0].units[1].driver',
    ],
  },
  {
    plan: 'RBK-1: a unit that is not in the release',
    topology: driven(EXEC, 'teleport', 'exec'),
    rollout: [{ clusters: ['z'], batches: ['100%'] }],
    finds: [
      'blocks BAT-1 at spec.rollout[0].batches',
      'blocks BAT-2 at spec.rollout[0].batches',
      'blocks BAT-4 at spec.rollout[0].batches',
    ],
    hopeless: ['BAT-1', 'BAT-2', 'BAT-4'],
  },
  { plan: 'RBK-1: staging has the drivers of the topology', spec: { staging: STAGING }, environment: {}, finds: [] },
  {
    plan: 'RBK-1: staging has drivers of its own',
    spec: { staging: STAGING },
    environment: { drivers: EXEC },
    finds: [],
  },
  {
    plan: 'RBK-1: staging has drivers of its own, without exec',
    spec: { staging: STAGING },
    environment: { drivers: {} },
    finds: ['blocks RBK-1 at environment spec.drivers.exec'],
  },
  {
    plan: 'RBK-1: neither staging nor the topology has drivers',
    spec: { staging: STAGING },
    environment: { drivers: {} },
    topology: bare,
    finds: ['blocks RBK-1 at environment spec.drivers.exec', 'blocks RBK-1 at topology spec.drivers.exec'],
  },
  {
    plan: 'RBK-1: staging would have the drivers of a topology that has none',
    spec: { staging: STAGING },
    environment: {},
    topology: bare,
    finds: ['blocks RBK-1 at topology spec.drivers.exec', 'blocks RBK-1 at topology spec.drivers.exec'],
  },
  {
    plan: 'RBK-1: a unit of staging with a driver that there is not',
    spec: { staging: STAGING },
    environment: {
      services: [{ name: 'checkout', units: [{ id: 'stage-1', address: '10.9.0.1:8001', driver: 'teleport' }] }],
    },
    finds: ['blocks RBK-1 at environment spec.services[0].units[0].driver'],
  },
  {
    plan: 'RBK-1: a unit of staging with a driver that there is not, where nobody has commands',
    spec: { staging: STAGING },
    topology: bare,
    environment: {
      services: [{ name: 'checkout', units: [{ id: 'stage-1', address: '10.9.0.1:8001', driver: 'teleport' }] }],
    },
    finds: [
      'blocks RBK-1 at environment spec.services[0].units[0].driver',
      'blocks RBK-1 at topology spec.drivers.exec',
    ],
  },
];

describe('OBS and RBK: what proves a batch, and what takes it back', () => {
  it.each(ROWS)('$plan', (row) => {
    expect(resultOf(row)).toEqual(expectedOf(row));
  });
});
