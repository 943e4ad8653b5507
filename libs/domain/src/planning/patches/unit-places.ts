import type { Environment } from '../../documents/environment/environment.js';
import type { Path } from '../../documents/path.js';
import type { Cluster, Topology, Unit } from '../../documents/topology.js';

/** Where units are in the document that lists them, by their ids. */
export type UnitPlaces = ReadonlyMap<string, Path>;

/** Where some of a topology's units are. */
export function placesInTopology(topology: Topology, wanted: ReadonlySet<string>): UnitPlaces {
  const places = new Map<string, Path>();
  const visit = (clusters: readonly Cluster[], path: Path): void => {
    for (const [i, { units = [], clusters: inner = [] }] of clusters.entries()) {
      const here = [...path, 'clusters', i];
      note(places, units, here, wanted);
      visit(inner, here);
    }
  };
  visit(topology.spec.clusters, ['spec']);
  return places;
}

/** Where some of an environment's units are. */
export function placesInEnvironment(environment: Environment, wanted: ReadonlySet<string>): UnitPlaces {
  const places = new Map<string, Path>();
  for (const [i, { units }] of environment.spec.services.entries())
    note(places, units, ['spec', 'services', i], wanted);
  return places;
}

function note(places: Map<string, Path>, units: readonly Unit[], around: Path, wanted: ReadonlySet<string>): void {
  for (const [i, { id }] of units.entries()) if (wanted.has(id)) places.set(id, [...around, 'units', i]);
}
