import type { TrafficMode } from '#domain';
import { FickleUnit } from './fickle-unit.js';
import { NginxStack } from './nginx-stack.js';

/** An {@link NginxStack} whose units on both sides are fickle. */
export interface FickleStack {
  readonly stack: NginxStack;
  readonly staging: FickleUnit;
  readonly production: FickleUnit;
  stop(): Promise<void>;
}

export async function startFickleStack(mode: TrafficMode): Promise<FickleStack> {
  const [staging, production] = [await FickleUnit.start(), await FickleUnit.start()];
  const units = [{ id: 'web-1', address: staging.address }];
  const stack = await NginxStack.start({
    mode,
    spec: { services: [{ name: 'web', units, production: [production.address] }] },
  });
  return {
    stack,
    staging,
    production,
    stop: async () => {
      await stack.stop();
      await Promise.all([staging.stop(), production.stop()]);
    },
  };
}
