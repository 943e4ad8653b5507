import { EnvironmentSpec } from '#domain';

/** Numbers from 0 to 1 that look random and are the same for the same seed, which is not 0: Marsaglia's xorshift. */
export function seeded(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

export class Dice {
  constructor(readonly roll: () => number) {}

  below(limit: number): number {
    return Math.floor(this.roll() * limit);
  }

  one<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }
}

export interface SimulatedService {
  readonly name: string;
  readonly staging: readonly string[];
  readonly production: readonly string[];
  /** The numbers of the services that it calls. */
  readonly calls: readonly number[];
}

/** A stack of random shape whose calls lead nowhere but forward; staging is in 10.20.0.0/16, production in 10.30.0.0/16. */
export class SimulatedStack {
  readonly services: readonly SimulatedService[];
  readonly upstreams: readonly { readonly name: string; readonly address: string }[];

  constructor(dice: Dice) {
    const size = 2 + dice.below(20);
    this.services = Array.from({ length: size }, (_, i) => {
      const units = Array.from({ length: 1 + dice.below(5) }, (__, unit) => `${i}.${unit + 1}:80`);
      const later = Array.from({ length: size - i - 1 }, (__, j) => i + 1 + j);
      return {
        name: `service-${i}`,
        staging: units.map((unit) => `10.20.${unit}`),
        production: units.map((unit) => `10.30.${unit}`),
        calls: later.filter((to) => to === i + 1 || dice.roll() < 0.2),
      };
    });
    this.upstreams = Array.from({ length: dice.below(4) }, (_, i) => ({
      name: `upstream-${i}`,
      address: `10.40.0.${i + 1}:443`,
    }));
  }

  spec(): EnvironmentSpec {
    return EnvironmentSpec.parse({
      services: this.services.map(({ name, staging, calls }) => ({
        name,
        units: staging.map((address, i) => ({ id: `${name}-${i}`, address })),
        calls: [...calls.map((to) => `service-${to}`), ...this.upstreams.map((upstream) => upstream.name)],
      })),
      router: { haproxy: { admin: '/run/haproxy/admin.sock', map: '/etc/haproxy/shares.map' } },
      networks: ['10.20.0.0/16'],
      upstreams: this.upstreams.map(({ name, address }) => ({ name, addresses: [address], access: 'read-only' })),
    });
  }
}
