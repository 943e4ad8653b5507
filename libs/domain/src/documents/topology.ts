import { z } from 'zod';
import { PositiveDuration } from '../values/duration.js';
import { isRecord, refusing } from './flaw.js';
import { API_VERSION, Labels, Metadata, Name } from './metadata.js';
import { topologyFlaws } from './topology-flaws.js';

/** The smallest thing that can be deployed on its own, and how it is reached. */
export const Unit = z.strictObject({
  id: Name,
  driver: z.string().min(1).max(40).default('exec'),
  /** `host:port` at which the unit answers HTTP: metrics, files, logs. */
  address: z.string().min(1).max(300).optional(),
  labels: Labels.optional(),
});
export type Unit = z.infer<typeof Unit>;

/** A program and its arguments. It is started as it is, never through a shell. */
export const CommandLine = z.array(z.string().min(1).max(4_096)).min(1).max(64);

/** How the exec driver does its three things. Each command gets the unit and the change in its environment. */
export const ExecDriver = z.strictObject({
  /** Prints `{"version": "2.4.0" | null, "healthy": true | false}` on standard output. */
  inspect: CommandLine,
  /** Brings the unit to `SLUICE_VERSION`. */
  deploy: CommandLine,
  /** Brings the unit back to `SLUICE_VERSION`; `deploy` when absent. */
  rollback: CommandLine.optional(),
  /** For `inspect`; deploys and rollbacks have the release's `unitTimeout`. */
  inspectTimeout: PositiveDuration.default('10s'),
});
export type ExecDriver = z.infer<typeof ExecDriver>;

/** How the units are reached, for all of a topology. */
export const Drivers = z.strictObject({ exec: ExecDriver.optional() });
export type Drivers = z.infer<typeof Drivers>;

/** Kinds with a meaning of their own; any other name is a custom logical area. */
export const CLUSTER_KINDS = ['unit', 'region', 'data-center', 'zone', 'vpc', 'cluster', 'group'] as const;

/** A logical group of units. Clusters nest. */
export interface Cluster {
  name: string;
  kind: string;
  labels?: Labels | undefined;
  clusters?: Cluster[] | undefined;
  units?: Unit[] | undefined;
}

/** A cluster with what is in it. Its own units and those of the clusters within are apart. */
export const Cluster: z.ZodType<Cluster> = z.strictObject({
  name: Name,
  kind: Name,
  labels: Labels.optional(),
  get clusters() {
    return z.array(Cluster).max(10_000).optional();
  },
  units: z.array(Unit).max(200_000).optional(),
});

/** How units are reached, and where they are. */
export const TopologySpec = z.strictObject({
  drivers: Drivers.optional(),
  clusters: z.array(Cluster).min(1).max(10_000),
});

/**
 * All units of an organisation, in a tree of clusters. The names of clusters and the ids of units are unique over the
 * whole topology, so that a name is enough to say which; every cluster holds units, clusters or both.
 */
export const Topology = z
  .strictObject({
    apiVersion: z.literal(API_VERSION),
    kind: z.literal('Topology'),
    metadata: Metadata,
    spec: TopologySpec,
  })
  .superRefine(refusing(topologyFlaws), { when: ({ value }) => isRecord(value) });
export type Topology = z.infer<typeof Topology>;
