import { CorruptLog } from '../errors.js';
import type { RecordedEvent, SubscribeOptions } from '../port.js';
import { sequenceOf } from '../position.js';
import { inCategories } from '../stream-name.js';
import { decodeCommit, type LoggedCommit } from './commit-message.js';
import { follow, readUntil } from './feed.js';
import type { Link } from './link.js';
import { ALL_SUBJECTS, categorySubjects, subjectOf } from './subjects.js';

// Single messages are asked of the stream's leader, never of a replica that may be behind: a writer that looks for its
// own commit has to find it.

/** The newest commit under a subject, with wildcards or without. */
export async function newestCommit(link: Link, subjects: string): Promise<LoggedCommit | undefined> {
  if (!(await link.holdsAnything())) return undefined;
  const message = await link.ask('read the log', () =>
    link.jsm.streams.getMessage(link.log, { last_by_subj: subjects }),
  );
  return message === null ? undefined : decodeCommit(message);
}

/** A commit that is known to be there. @throws {CorruptLog} when it is not */
export async function commitAt(link: Link, stream: string, sequence: number): Promise<LoggedCommit> {
  const message = await link.ask('read the log', () => link.jsm.streams.getMessage(link.log, { seq: sequence }));
  const commit = message === null ? undefined : decodeCommit(message);
  if (commit?.stream === stream) return commit;
  throw new CorruptLog({ stream, sequence }, 'a commit of this stream should stand here');
}

/** The commit before another in its stream; undefined before the first. @throws {CorruptLog} when they do not meet */
export async function commitBefore(link: Link, commit: LoggedCommit): Promise<LoggedCommit | undefined> {
  const { stream, previous, first } = commit;
  if (previous === 0) return undefined;
  const before = await commitAt(link, stream, previous);
  if (before.last.revision + 1 === first.revision && before.last.meta.hash === first.meta.previousHash) return before;
  throw new CorruptLog({ stream, sequence: commit.sequence }, `it does not follow sequence ${previous}, as it says`);
}

/** Whoever is at most so many events behind is brought up to date commit by commit, without reading the stream again. */
const STEPS_BACK = 64;

/** The events of one stream, up to the newest that it has when the reading starts. */
export async function* streamEvents(link: Link, stream: string, fromRevision: number): AsyncGenerator<RecordedEvent> {
  const subjects = subjectOf(stream);
  const newest = await newestCommit(link, subjects);
  if (newest === undefined) return;
  const isNear = fromRevision > 0 && newest.last.revision - fromRevision < STEPS_BACK;
  const commits = isNear
    ? await commitsBack(link, newest, fromRevision)
    : readUntil(link, { subjects, from: newest.start }, newest.sequence);
  let expected: number | undefined = isNear ? undefined : 0;
  for await (const { events, first, last, sequence } of commits) {
    if (expected !== undefined && first.revision !== expected) {
      throw new CorruptLog({ stream, sequence }, `revision ${first.revision} stands where ${expected} should`);
    }
    expected = last.revision + 1;
    for (const event of events) if (event.revision >= fromRevision) yield event;
  }
}

/** The commits from the one that holds a revision up to the newest, each found through the one that follows it. */
async function commitsBack(link: Link, newest: LoggedCommit, fromRevision: number): Promise<LoggedCommit[]> {
  const commits = [newest];
  let oldest = newest;
  while (oldest.first.revision > fromRevision) {
    const before = await commitBefore(link, oldest);
    if (before === undefined) break;
    commits.push(before);
    oldest = before;
  }
  return commits.reverse();
}

/** What a reader of the whole log asked for, in terms of the server and of what is left to do here. */
export class Selection {
  readonly #wanted: (stream: string) => boolean;
  readonly #categories: readonly string[];
  readonly #after: number;

  /** @throws {InvalidInput} when a category cannot be one. */
  constructor({ categories = [], after = -1 }: SubscribeOptions) {
    this.#wanted = inCategories(categories);
    this.#categories = categories;
    this.#after = after;
  }

  /** The position of the newest event asked for; undefined when there is none after the position asked for. */
  async newest(link: Link): Promise<number | undefined> {
    const subjects = this.#categories.length === 0 ? [ALL_SUBJECTS] : this.#categories.map(categorySubjects);
    const commits = await Promise.all(subjects.map((subject) => newestCommit(link, subject)));
    const newest = Math.max(-1, ...commits.map((commit) => commit?.last.position ?? -1));
    return newest > this.#after ? newest : undefined;
  }

  /** The events up to a position at which one is known to be. */
  async *until(link: Link, position: number): AsyncGenerator<RecordedEvent> {
    for await (const commit of readUntil(link, this.#range, sequenceOf(position))) {
      for (const event of this.#events(commit)) yield event;
    }
  }

  /** The events, and then whatever is added. */
  async *follow(link: Link, signal: AbortSignal): AsyncGenerator<RecordedEvent> {
    // Not `yield*`, which waits for each event twice over: most of a replay would be spent there.
    for await (const commit of follow(link, this.#range, signal)) {
      for (const event of this.#events(commit)) yield event;
    }
  }

  // A filter of several subjects is not known to every server: with several categories the choice is made here.
  get #range() {
    const [only, ...more] = this.#categories;
    const subjects = only === undefined || more.length > 0 ? ALL_SUBJECTS : categorySubjects(only);
    return { subjects, from: sequenceOf(this.#after) };
  }

  #events({ stream, events }: LoggedCommit): readonly RecordedEvent[] {
    return this.#wanted(stream) ? events.filter(({ position }) => position > this.#after) : [];
  }
}
