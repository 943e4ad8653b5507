import type { FreezeWindow } from '../documents/freeze-window.js';
import type { ReleaseSpec } from '../documents/release.js';
import type { Topology } from '../documents/topology.js';
import { indexTopology, leavesOf, type TopologyIndex } from '../planning/index-topology.js';
import { matches } from '../planning/select-clusters.js';
import { FreezeTimes } from './freeze-times.js';

/** A freeze window as it concerns one release. */
export interface Freeze {
  /** The name of the window. */
  readonly window: string;
  readonly reason: string;
  readonly times: FreezeTimes;
  /** The clusters with units of their own that it closes; null when it closes all of them. */
  readonly clusters: ReadonlySet<string> | null;
}

/** What of a release says which freezes are about it. */
export type FreezeSubject = Pick<ReleaseSpec, 'service' | 'risk' | 'topology'>;

/**
 * The freeze windows that are about a release: active, and every field of their scope fits. A cluster in a scope closes
 * everything within it.
 *
 * @param topologies by which clusters are found: the revision that the release is planned with, and the newest one if
 *   that is another; a cluster is closed when either says so. Without any, a window for certain clusters closes all of
 *   them: nobody can say which are meant.
 */
export function freezesAbout(
  windows: readonly FreezeWindow[],
  subject: FreezeSubject,
  topologies: readonly Topology[],
): Freeze[] {
  const concerning = windows.filter(({ spec }) => concerns(spec, subject));
  const indices = concerning.some(isForClusters) ? topologies.map(indexTopology) : [];
  return concerning.map((window) => ({
    window: window.metadata.name,
    reason: window.spec.reason,
    times: new FreezeTimes(window.spec),
    clusters: isForClusters(window) && indices.length > 0 ? closedBy(window, indices) : null,
  }));
}

/** Those that a release is planned around: an emergency goes through them, once that is approved. */
export function freezesAhead(
  windows: readonly FreezeWindow[],
  spec: FreezeSubject & Pick<ReleaseSpec, 'emergency'>,
  topology: Topology,
): Freeze[] {
  return spec.emergency ? [] : freezesAbout(windows, spec, [topology]);
}

/** Whether a window closes certain clusters alone, so that a topology is needed to say which. */
export function isForClusters({ spec }: FreezeWindow): boolean {
  return spec.scope.clusters !== undefined;
}

/** Whether a window is active and about a release, whatever its clusters. */
export function concerns(spec: FreezeWindow['spec'], { service, risk, topology }: FreezeSubject): boolean {
  const { topologies, services, risks } = spec.scope;
  return (
    spec.active &&
    (topologies?.includes(topology) ?? true) &&
    (services?.includes(service) ?? true) &&
    (risks?.includes(risk) ?? true)
  );
}

/** Whether a freeze is about any of these clusters. */
export function closes({ clusters }: Freeze, wave: Iterable<string>): boolean {
  if (clusters === null) return true;
  for (const cluster of wave) if (clusters.has(cluster)) return true;
  return false;
}

function closedBy({ spec }: FreezeWindow, indices: readonly TopologyIndex[]): Set<string> {
  const { clusters: scope = [] } = spec.scope;
  const closed = new Set<string>();
  for (const index of indices) {
    const outer = Array.isArray(scope) || scope.in === undefined ? undefined : index.clusters.get(scope.in);
    if (!Array.isArray(scope) && scope.in !== undefined && !outer) continue;
    for (const cluster of index.clusters.values()) {
      const isMeant = Array.isArray(scope) ? scope.includes(cluster.name) : matches(cluster, scope, outer);
      if (isMeant) for (const { name } of leavesOf(index, cluster)) closed.add(name);
    }
  }
  return closed;
}
