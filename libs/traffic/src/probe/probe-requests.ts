import { type EnvironmentSpec, edgesOf } from '#domain';
import { edgeName } from '../closed-loop/tally.js';

/** One request to one unit, and the calls that have to come of it. */
export interface ProbeRequest {
  /** Tells its calls from those of the probe's other requests. */
  readonly number: number;
  readonly unit: string;
  readonly address: string;
  readonly path: string;
  /** Named as in a tally; without those to upstreams, which need not say what they are asked. */
  readonly edges: readonly string[];
}

/**
 * A request for each unit and path of it that makes it call another service: every edge, from every unit. A service that
 * calls nobody is asked too: perhaps it does.
 */
export function probeRequests(spec: Pick<EnvironmentSpec, 'services' | 'upstreams'>): ProbeRequest[] {
  const edges = edgesOf(spec);
  const places = spec.services.flatMap(({ name, units, probe: ownPath }) => {
    const own = edges.filter(({ from }) => from === name);
    const paths = own.length === 0 ? [ownPath] : [...new Set(own.map(({ probe }) => probe))];
    return paths.flatMap((path) => {
      const among = own.filter(({ probe, upstream }) => probe === path && !upstream);
      const names = [...new Set(among.map(({ from, to }) => edgeName(from, to)))];
      return units.flatMap(({ id, address }) =>
        address === undefined ? [] : [{ unit: id, address, path, edges: names }],
      );
    });
  });
  return places.map((place, number) => ({ number, ...place }));
}
