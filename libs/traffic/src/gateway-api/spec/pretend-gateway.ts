import type { Fields, RouteObject } from './route-object.js';

export interface Rule {
  readonly matches: readonly { readonly headers?: readonly { readonly name: string; readonly value: string }[] }[];
  readonly filters?: readonly unknown[];
  readonly backendRefs: readonly { readonly name: string; readonly weight?: number }[];
}

/** Of a request; the names in lower case. */
type Headers = Readonly<Record<string, string>>;

/** The conditions that a Gateway's controller reports about a route. */
export type Report = readonly { readonly type: string; readonly status: string; readonly reason?: string }[];

export const TAKEN: Report = [
  { type: 'Accepted', status: 'True', reason: 'Accepted' },
  { type: 'ResolvedRefs', status: 'True', reason: 'ResolvedRefs' },
];

/** The controller of a Gateway: takes each version of a route a moment after it was written, and reports about it. */
export class PretendGateway {
  /** The rules that it divides requests by. */
  private rules: readonly Rule[] = [];
  private paused = false;
  report: Report = TAKEN;

  constructor(private readonly route: () => RouteObject | null) {}

  /** Something may have changed. */
  wake(): void {
    setImmediate(() => {
      if (!this.paused) this.take();
    });
  }

  /** From now on it takes nothing, as when its controller is down. */
  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
    this.wake();
  }

  private take(): void {
    const route = this.route();
    if (!route) return;
    if (this.report === TAKEN) this.rules = rulesOf(route.json.spec);
    const conditions = this.report.map((condition) => ({ ...condition, observedGeneration: route.generation }));
    const parentRef = { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'public' };
    route.writeStatus({ parents: [{ controllerName: 'example.net/gateway', parentRef, conditions }] });
  }

  ruleFor(headers: Headers): Rule | null {
    return ruleFor(this.rules, headers);
  }

  /** How many of 10,000 such requests a service gets. */
  shareOf(service: string, headers: Headers): number {
    return shareOf(service, this.rules, headers);
  }
}

/** The rule that takes a request with these headers: of those that match, the one with the most headers, then the first. */
export function ruleFor(rules: readonly Rule[], headers: Headers): Rule | null {
  const matching = rules.flatMap((rule) =>
    rule.matches
      .filter((match) => (match.headers ?? []).every(({ name, value }) => headers[name] === value))
      .map((match) => ({ rule, count: match.headers?.length ?? 0 })),
  );
  const most = Math.max(...matching.map(({ count }) => count));
  return matching.find(({ count }) => count === most)?.rule ?? null;
}

export function shareOf(service: string, rules: readonly Rule[], headers: Headers): number {
  const refs = ruleFor(rules, headers)?.backendRefs ?? [];
  const weights = refs.map(({ name, weight = 1 }) => ({ name, weight }));
  const all = weights.reduce((sum, { weight }) => sum + weight, 0);
  const its = weights.reduce((sum, { name, weight }) => (name === service ? sum + weight : sum), 0);
  return all === 0 ? 0 : (its * 10_000) / all;
}

function rulesOf(spec: Fields): readonly Rule[] {
  if (!Array.isArray(spec.rules)) throw new Error('the route has no rules');
  return spec.rules as Rule[];
}
