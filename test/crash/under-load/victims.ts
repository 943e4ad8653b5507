import type { NatsServer, PostgresServer } from '#testing';
import { type Plane, SERVICES } from '../../../deploy/local/plane.mjs';
import type { Part } from './standing-release.js';

/** Something that can be killed with SIGKILL, and started again with what it has on its disk. */
export interface Victim {
  readonly name: string;
  /** The parts that cannot answer without it. */
  readonly needs: readonly Part[];
  kill(): Promise<void>;
  start(): Promise<void>;
}

const ALL: readonly Part[] = ['planner', 'executor', 'observer', 'audit'];
const NEEDS: Readonly<Record<(typeof SERVICES)[number], readonly Part[]>> = {
  gateway: ALL,
  planner: ['planner'],
  executor: ['executor'],
  observer: ['observer'],
  audit: ['audit'],
};

/** All that a plane is made of. */
export function victimsOf(plane: Plane, nats: NatsServer, postgres: PostgresServer): readonly Victim[] {
  const services = SERVICES.map((name): Victim => {
    const kill = () => plane.kill(name);
    // At once, without the patience that the supervisor has with what dies often.
    return { name, needs: NEEDS[name], kill, start: async () => plane.start(name) };
  });
  return [
    { name: 'nats-server', needs: ALL, kill: () => nats.kill(), start: () => nats.restart() },
    { name: 'postgresql', needs: ['audit'], kill: () => postgres.kill(), start: () => postgres.restart() },
    ...services,
  ];
}
