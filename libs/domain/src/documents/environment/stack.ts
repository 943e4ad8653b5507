import type { EnvironmentSpec, StackService } from './environment.js';

/** A call between two services of a stack, or from one of them to an upstream. */
export interface Edge {
  readonly from: string;
  readonly to: string;
  /** A path of `from` that makes it call `to`. */
  readonly probe: string;
  /** `to` is outside the stack. */
  readonly upstream: boolean;
}

/** Every call that the stack's services make, in document order. */
export function edgesOf(spec: Pick<EnvironmentSpec, 'services' | 'upstreams'>): Edge[] {
  const upstreams = new Set(spec.upstreams.map(({ name }) => name));
  return spec.services.flatMap((service) =>
    service.calls.map((call) => {
      const { to, probe } = typeof call === 'string' ? { to: call, probe: undefined } : call;
      return { from: service.name, to, probe: probe ?? service.probe, upstream: upstreams.has(to) };
    }),
  );
}

/** The service that clients come in by. */
export function entryOf(spec: Pick<EnvironmentSpec, 'services' | 'entry'>): StackService {
  const entry = spec.services.find(({ name }) => name === spec.entry) ?? spec.services[0];
  if (!entry) throw new Error('an environment has no service');
  return entry;
}
