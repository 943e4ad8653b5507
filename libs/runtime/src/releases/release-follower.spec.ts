import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { type EventStore, MemoryEventStore, MemoryLog, openEventStore } from '#event-store';
import { type NatsServer, startNats, until } from '#testing';
import { createLogger } from '../service/logging.js';
import { clock, person, submission } from './orders.spec-support.js';
import { ReleaseBook } from './release-book.js';
import { ReleaseFollower } from './release-follower.js';

const logger = createLogger('spec', 'silent');

/** Its subscriptions deliver nothing for a while. */
class SlowStore extends MemoryEventStore {
  private gate: Promise<void> = Promise.resolve();
  release: () => void = () => undefined;

  hold(): void {
    this.gate = new Promise((resolve) => {
      this.release = resolve;
    });
  }

  override subscribe(...[options, handler]: Parameters<MemoryEventStore['subscribe']>) {
    return super.subscribe(options, async (event) => {
      await this.gate;
      await handler(event);
    });
  }
}

describe('following', () => {
  let store: MemoryEventStore;
  let book: ReleaseBook;

  beforeEach(async () => {
    store = new MemoryEventStore();
    book = new ReleaseBook(store, clock);
    await book.order('r1', submission('r1'), person('author'));
  });

  it('knows the live releases after a start, and hears of changes by others', async () => {
    const own = new ReleaseBook(store, clock);
    const heard: string[] = [];
    const follower = new ReleaseFollower(
      store,
      own,
      'spec',
      ({ release: id, state }) => heard.push(`${id} ${state.status}`),
      logger,
    );
    await follower.start();
    expect(heard).toEqual(['r1 ready']);
    await book.order('r1', { type: 'start' }, person('operator'));
    for (let i = 0; i < 100 && heard.length < 2; i += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(heard).toEqual(['r1 ready', 'r1 running']);
    await follower.stop();
  });

  it('tells of what others wrote also when an order of its own has read it before the subscription came to it', async () => {
    const log = new MemoryLog();
    const others = new ReleaseBook(new MemoryEventStore(log), clock);
    await others.order('r1', submission('r1'), person('author'));
    const slow = new SlowStore(log);
    const own = new ReleaseBook(slow, clock);
    const heard: string[] = [];
    const follower = new ReleaseFollower(slow, own, 'spec', ({ state }) => heard.push(state.status), logger);
    await follower.start();
    slow.hold();
    await others.order('r1', { type: 'start' }, person('operator'));
    await own.order('r1', { type: 'pause' }, person('operator'));
    expect(heard).toEqual(['ready']);
    slow.release();
    await until('it is told', () => heard.length > 1);
    expect(heard).toEqual(['ready', 'held']);
    await follower.stop();
  });

  it('starts from its checkpoint with the releases that were live then', async () => {
    const position = (await store.head()) ?? 0;
    await store.saveCheckpoint('spec', { position, live: ['r1'] });
    const own = new ReleaseBook(store, clock);
    const follower = new ReleaseFollower(store, own, 'spec', () => undefined, logger);
    await follower.start();
    expect(own.live().map((file) => file.release)).toEqual(['r1']);
    await follower.stop();
  });

  it('does not keep what has ended', async () => {
    await book.order('r1', { type: 'withdraw' }, person('author'));
    const own = new ReleaseBook(store, clock);
    const follower = new ReleaseFollower(store, own, 'spec', () => undefined, logger);
    await follower.start();
    expect(own.live()).toEqual([]);
    await follower.stop();
  });
});

describe('following while checkpoints cannot be kept', () => {
  /** More than stand between two checkpoints. */
  const EVENTS = 1_100;
  const BUCKET = 'KV_sluice-checkpoints';
  let nats: NatsServer;
  let store: EventStore;

  beforeAll(async () => {
    nats = await startNats();
    store = await openEventStore(nats.url, { name: 'spec' });
  });
  afterAll(async () => {
    await store?.close();
    await nats?.stop();
  });

  it('goes on, and keeps the next one that it can', async () => {
    const connection = await connect({ servers: nats.url });
    const manager = await jetstreamManager(connection);
    const { config } = await manager.streams.info(BUCKET);
    const own = new ReleaseBook(store, clock);
    const follower = new ReleaseFollower(store, own, 'spec', () => undefined, logger);
    await follower.start();
    const ended = follower.closed.then(() => 'it was stopped');

    await manager.streams.delete(BUCKET);
    const last = await submitAndWithdraw(store, 'without', EVENTS);
    const hasCome = follower.reached(last).then(() => 'it has come');
    expect(await Promise.race([hasCome, ended])).toBe('it has come');

    await manager.streams.add(config);
    await submitAndWithdraw(store, 'with', EVENTS);
    await until('there is a checkpoint', async () => (await store.loadCheckpoint('spec')) !== undefined);
    await follower.stop();
    expect(await ended).toBe('it was stopped');
    await connection.close();
  });
});

/** @returns the position of the last event of releases that have at least so many events together */
async function submitAndWithdraw(store: EventStore, prefix: string, events: number): Promise<number> {
  const book = new ReleaseBook(store, clock);
  let last = -1;
  for (let index = 0, written = 0; written < events; index += 1) {
    const id = `${prefix}-${index}`;
    await book.order(id, submission(id), person('author'));
    const outcome = await book.order(id, { type: 'withdraw' }, person('author'));
    if (outcome.outcome !== 'done') throw new Error(`${id} is not withdrawn: ${outcome.outcome}`);
    written += outcome.revision + 1;
    last = outcome.events.at(-1)?.position ?? last;
  }
  return last;
}
