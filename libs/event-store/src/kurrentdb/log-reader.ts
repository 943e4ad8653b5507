import { BACKWARDS, END, FORWARDS, START, StreamNotFoundError, streamNameFilter } from '@kurrent/kurrentdb-client';
import { CorruptLog } from '../errors.js';
import type { RecordedEvent, SubscribeOptions } from '../port.js';
import { inCategories, parseStreamName } from '../stream-name.js';
import type { Link } from './link.js';
import { decodeEvent, type LoggedEvent } from './logged-event.js';
import { prefixesOf, storedName } from './stream-names.js';

const PAGE = 1000;

/** The newest event of a stream. */
export async function newestIn(link: Link, stream: string): Promise<LoggedEvent | undefined> {
  const name = storedName(link.log, stream);
  const options = { direction: BACKWARDS, fromRevision: END, maxCount: 1, ...link.reading } as const;
  const [newest] = await readPage(link, name, options);
  return newest;
}

/** The events of one stream, up to the newest that it has when the last page of it is read. */
export async function* streamEvents(link: Link, stream: string, fromRevision: number): AsyncGenerator<RecordedEvent> {
  parseStreamName(stream);
  const name = storedName(link.log, stream);
  let next = Math.max(0, fromRevision);
  let previousHash: string | undefined;
  for (;;) {
    const options = { direction: FORWARDS, fromRevision: BigInt(next), maxCount: PAGE, ...link.reading } as const;
    const page = await readPage(link, name, options);
    for (const { event } of page) {
      if (event.revision !== next || (previousHash ?? event.meta.previousHash) !== event.meta.previousHash) {
        const why = `event ${event.id}, revision ${event.revision}, stands where revision ${next} should`;
        throw new CorruptLog({ stream, sequence: event.position }, why);
      }
      previousHash = event.meta.hash;
      next += 1;
      yield event;
    }
    if (page.length < PAGE) return;
  }
}

type ReadStreamOptions = Parameters<Link['client']['readStream']>[1];

function readPage(link: Link, name: string, options: ReadStreamOptions): Promise<LoggedEvent[]> {
  return link.askPlainly('read a stream', async () => {
    const events: LoggedEvent[] = [];
    try {
      for await (const { event } of link.client.readStream(name, options)) {
        if (event !== undefined) events.push(decodeEvent(link.log, event));
      }
    } catch (error) {
      if (error instanceof StreamNotFoundError) return [];
      throw error;
    }
    return events;
  });
}

/** Events of a stream from a revision on, at most so many. */
export function eventsIn(link: Link, stream: string, revision: number, count: number): Promise<LoggedEvent[]> {
  const options = { direction: FORWARDS, fromRevision: BigInt(revision), maxCount: count, ...link.reading } as const;
  return readPage(link, storedName(link.log, stream), options);
}

/** What a reader of the whole log asked for. */
export class Selection {
  readonly prefixes: readonly string[];
  /** The position after which it begins; -1 for the beginning of the log. */
  readonly after: number;

  /** @throws {InvalidInput} when a category cannot be one. */
  constructor(log: string, { categories, after = -1 }: SubscribeOptions) {
    // For its checks: the choice itself is made by the server.
    inCategories(categories);
    this.prefixes = prefixesOf(log, categories);
    this.after = after;
  }

  /** The position of the newest event asked for; undefined when there is none after the position asked for. */
  async newest(link: Link): Promise<number | undefined> {
    const [newest] = await this.#read(link, { direction: BACKWARDS, fromPosition: END, maxCount: 1 });
    return newest !== undefined && newest.position > this.after ? newest.position : undefined;
  }

  /** The first events asked for. */
  async page(link: Link, limit: number): Promise<readonly RecordedEvent[]> {
    // Where there is nothing behind it, the position may be none of this log's, which the server would not take.
    if (limit < 1 || (await this.newest(link)) === undefined) return [];
    const fromPosition = this.after < 0 ? START : { commit: BigInt(this.after), prepare: BigInt(this.after) };
    // A read begins at the position, not behind it.
    const events = await this.#read(link, { direction: FORWARDS, fromPosition, maxCount: limit + 1 });
    return events.filter(({ position }) => position > this.after).slice(0, limit);
  }

  #read(link: Link, options: Parameters<Link['client']['readAll']>[0]): Promise<RecordedEvent[]> {
    return link.askPlainly('read the log', async () => {
      const events: RecordedEvent[] = [];
      const filter = streamNameFilter({ prefixes: [...this.prefixes] });
      for await (const { event } of link.client.readAll({ ...options, filter, ...link.reading })) {
        if (event !== undefined) events.push(decodeEvent(link.log, event).event);
      }
      return events;
    });
  }
}
