import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Registry } from 'prom-client';
import { type NatsServer, startNats, TcpProxy, until } from '#testing';
import { createLogger } from '../service/logging.js';
import { Leases } from './leases.js';
import type { Tenant, Which } from './tenure.js';

const PARTITIONS = 8;
const TTL_MS = 1_500;
/** One for each partition, and some more. */
const KEYS = Array.from({ length: 60 }, (_, index) => `release-${index}`);

let nats: NatsServer;
let members: Member[];

/** A process that works on what it is given, and takes a while to stop. */
class Member implements Tenant {
  readonly metrics = new Registry();
  readonly leases: Leases;
  /** What it works on; a key is in more than one member's only if something is wrong. */
  readonly working = new Set<string>();
  readonly vacated: { gently: boolean }[] = [];

  constructor(url: string, instance?: string) {
    const logger = createLogger('executor', 'silent');
    const { metrics } = this;
    const role = 'executor';
    this.leases = new Leases({ url, role, partitions: PARTITIONS, instance, ttlMs: TTL_MS, logger, metrics });
    members.push(this);
  }

  async join(): Promise<this> {
    await this.leases.begin(this);
    return this;
  }

  taken(which: Which): void {
    for (const key of KEYS.filter(which)) {
      const others = members.filter((member) => member !== this && member.working.has(key));
      if (others.length > 0) doubles.push(key);
      this.working.add(key);
    }
  }

  async vacate(which: Which, gently: boolean): Promise<void> {
    this.vacated.push({ gently });
    await new Promise((resolve) => setTimeout(resolve, 30));
    for (const key of [...this.working].filter(which)) this.working.delete(key);
  }

  async leave(): Promise<void> {
    this.working.clear();
    await this.leases.end();
    members = members.filter((member) => member !== this);
  }
}

/** Keys that two had at the same time. */
let doubles: string[];

const isAllDone = () => KEYS.every((key) => members.filter((member) => member.working.has(key)).length === 1);

beforeEach(async () => {
  members = [];
  doubles = [];
  nats = await startNats();
});

afterEach(async () => {
  await Promise.all(members.map((member) => member.leave()));
  await nats.stop();
  expect(doubles).toEqual([]);
});

describe('leases', () => {
  it('are all of one that is alone, and are shared with whoever joins', async () => {
    const first = await new Member(nats.url).join();
    expect(first.working.size).toBe(KEYS.length);
    expect(KEYS.every((key) => first.leases.holds(key))).toBe(true);

    const second = await new Member(nats.url).join();
    const third = await new Member(nats.url).join();
    await until('all three having their share', () => second.working.size > 0 && third.working.size > 0 && isAllDone());
    expect(first.vacated.every(({ gently }) => gently)).toBe(true);
    for (const key of KEYS) expect(members.filter(({ leases }) => leases.holds(key))).toHaveLength(1);
    expect(await first.metrics.getSingleMetricAsString('sluice_leases_held')).toMatch(
      /^sluice_leases_held\{role="executor"\} [23]$/m,
    );
  });

  it('go to the others at once when one leaves', async () => {
    const first = await new Member(nats.url).join();
    const second = await new Member(nats.url).join();
    await until('both having their share', () => second.working.size > 0 && isAllDone());
    await first.leave();
    await until('the other one having everything', () => second.working.size === KEYS.length);
  });

  it('end for one that is cut off before another takes over, and come back with the connection', async () => {
    const proxy = await TcpProxy.start(Number(new URL(nats.url).port));
    try {
      const cut = await new Member(`nats://127.0.0.1:${proxy.port}`).join();
      const other = await new Member(nats.url).join();
      await until('both having their share', () => other.working.size > 0 && isAllDone());

      void proxy.loseTowardsClients();
      await until('the one that is cut off stopping', () => cut.working.size === 0, 10_000);
      expect(KEYS.some((key) => cut.leases.holds(key))).toBe(false);
      expect(cut.vacated.at(-1)).toEqual({ gently: false });
      await until('the other one having everything', () => other.working.size === KEYS.length, 10_000);

      proxy.cut();
      await until('both having their share again', () => cut.working.size > 0 && isAllDone(), 10_000);
      await cut.leave();
    } finally {
      await proxy.stop();
    }
  });

  it('are there again after the server was away, with those who had them', async () => {
    const first = await new Member(nats.url).join();
    await nats.restart();
    const second = await new Member(nats.url).join();
    await until('both having their share', () => second.working.size > 0 && isAllDone());
    expect(first.vacated.every(({ gently }) => gently)).toBe(true);
  });

  it('are taken over at once by a process of the same name', async () => {
    const proxy = await TcpProxy.start(Number(new URL(nats.url).port));
    try {
      const dead = await new Member(`nats://127.0.0.1:${proxy.port}`, 'executor-0').join();
      void proxy.loseTowardsClients();
      await until('the one that is cut off stopping', () => dead.working.size === 0, 10_000);
      const next = await new Member(nats.url, 'executor-0').join();
      expect(next.working.size).toBe(KEYS.length);
      await dead.leave();
    } finally {
      await proxy.stop();
    }
  });
});
