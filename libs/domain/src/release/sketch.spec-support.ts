import { Environment } from '../documents/environment/environment.js';
import { DEFAULT_POLICY, PolicySpec } from '../documents/policy.js';
import { ReleaseSpec } from '../documents/release.js';
import { judge } from '../planning/judge.js';
import { planStaging } from '../planning/staging.js';
import type { Plan, PlannedBatch } from '../planning/types.js';
import type { ReleaseOrder } from './commands.js';

export const RELEASE = 'checkout-2.0.0';

/** A release in a few words: for each wave, how many units each of its batches has. */
export interface Sketch {
  readonly waves: readonly Readonly<Record<string, number>>[];
  readonly interval?: string;
  /** How many units the staging environment has, when the release begins in one. */
  readonly staging?: number;
  /** Fields of the release's spec, as a user would write them. */
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly policy?: Readonly<Record<string, unknown>>;
}

/** Two waves: one unit alone, then two batches side by side. Ten minutes each, judged by one log. */
export const TWO_WAVES: Sketch = { waves: [{ 'eu.1': 1 }, { 'eu.2': 2, 'us.1': 2 }] };

type Submit = Extract<ReleaseOrder, { type: 'submit' }>;

export interface PlannedSketch {
  readonly plan: Plan;
  readonly spec: ReleaseSpec;
  readonly policy: PolicySpec;
}

export const DRIVERS = { exec: { inspect: ['inspect'], deploy: ['deploy'], inspectTimeout: '10s' } };

export function planned({ waves, interval = '10m', staging: units = 0, ...sketch }: Sketch): PlannedSketch {
  const spec = ReleaseSpec.parse({
    service: 'checkout',
    version: '2.0.0',
    topology: 'production',
    rollout: [{ clusters: ['eu'], batches: ['100%'] }],
    validate: [{ name: 'orders', log: { source: 'orders.log', pattern: 'placed', min: 1 } }],
    reason: 'ships the new tax table',
    ...(units > 0 ? { staging: { environment: ENVIRONMENT.metadata.name, observe: interval } } : {}),
    ...sketch.spec,
  });
  const policy = PolicySpec.parse({ ...DEFAULT_POLICY.spec, ...sketch.policy });
  const batches = batchesOf(waves, interval);
  const staging = planStaging(spec, units > 0 ? environmentOf(units) : null);
  const judged = judge({ batches, staging, spec, policy, drivers: DRIVERS });
  const plan: Plan = {
    release: RELEASE,
    staging,
    batches,
    waves: waves.map((wave) => Object.keys(wave)),
    drivers: DRIVERS,
    ...judged,
  };
  return { plan, spec, policy };
}

/** A staging environment in its smallest form: one service, behind HAProxy. */
export const ENVIRONMENT: Environment = Environment.parse({
  apiVersion: 'sluice/v1',
  kind: 'Environment',
  metadata: { name: 'checkout-staging' },
  spec: {
    drivers: DRIVERS,
    services: [{ name: 'checkout', units: [{ id: 'staging-1', address: '10.9.0.1:8080' }] }],
    router: { haproxy: { admin: '/run/haproxy/admin.sock', map: '/etc/haproxy/sluice.map' } },
    internal: { networks: ['10.0.0.0/8'] },
    calls: [{ file: '/var/log/calls.ndjson' }],
  },
});

function environmentOf(size: number): Environment {
  const units = Array.from({ length: size }, (_, i) => ({
    id: `staging-${i + 1}`,
    driver: 'exec',
    address: `10.9.0.${i + 1}:8080`,
  }));
  const services = ENVIRONMENT.spec.services.map((service) => ({ ...service, units }));
  return { ...ENVIRONMENT, spec: { ...ENVIRONMENT.spec, services } };
}

function batchesOf(waves: Sketch['waves'], interval: string): PlannedBatch[] {
  const total = waves.flatMap((wave) => Object.values(wave)).reduce((sum, units) => sum + units, 0);
  let cumulativeUnits = 0;
  return waves.flatMap((wave, index) =>
    Object.entries(wave).map(([id, size]) => {
      cumulativeUnits += size;
      const units = Array.from({ length: size }, (_, i) => ({ id: `${id}-${i + 1}`, driver: 'exec' }));
      const cluster = id.replace(/\.\d+$/, '');
      const cumulativeShare = Math.round((cumulativeUnits / total) * 10_000) / 10_000;
      return { id, wave: index + 1, cluster, units, interval, cumulativeUnits, cumulativeShare };
    }),
  );
}

/** The order that submits a sketch. */
export function submission(sketch: Sketch = TWO_WAVES): Submit {
  return submissionOf(planned(sketch));
}

export function submissionOf({ plan, spec, policy }: PlannedSketch): Submit {
  return {
    type: 'submit',
    release: RELEASE,
    name: RELEASE,
    spec,
    topology: { name: spec.topology, revision: 3 },
    policy: { name: spec.policy, revision: 1, spec: policy },
    ...(plan.staging ? { environment: { name: plan.staging.environment, revision: 2 } } : {}),
    plan,
    digest: 'd1',
  };
}
