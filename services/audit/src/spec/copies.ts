import { type EventStore, MemoryEventStore, type NewEvent, NO_STREAM } from '#event-store';
import { goodRelease } from './histories.js';
import { World } from './world.js';

/** Makes copies of one good release, quickly: a commit for each. */
export class Copies {
  private constructor(
    private readonly template: readonly NewEvent[],
    private readonly store: EventStore,
  ) {}

  static async of(store: EventStore): Promise<Copies> {
    const world = new World(new MemoryEventStore());
    await goodRelease(world);
    const events = await world.store.readAll({ limit: 1_000 });
    const template = events.map(({ id, type, at, data, meta: { hash: _, previousHash: __, ...meta } }) => {
      return { id, type, at, data, meta };
    });
    return new Copies(template, store);
  }

  /** Events in each. */
  get length(): number {
    return this.template.length;
  }

  async write(release: string): Promise<void> {
    const events = this.template.map((event, index) => ({ ...event, id: `${release}-${index}` }));
    const commit = { stream: `release-${release}`, expectedRevision: NO_STREAM, commitId: release, events };
    const { outcome } = await this.store.append(commit);
    if (outcome !== 'appended') throw new Error(`${release} is there already`);
  }
}
