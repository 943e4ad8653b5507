import type { ReleaseStatus } from './status.js';

/** What a command came to: where the release was after its last event. */
export interface Answer {
  readonly revision: number;
  readonly status: ReleaseStatus;
}

/** So many chunks of so many are remembered; whoever repeats an older command is past helping. */
const CHUNKS = 32;
const CHUNK = 32;

/**
 * The answers to the newest thousand or so commands of people, by the command's id. Immutable; one more costs a copy of
 * the newest chunk alone.
 */
export class Answers {
  static readonly NONE = new Answers([new Map()]);

  /** @param chunks the newest first */
  private constructor(private readonly chunks: readonly ReadonlyMap<string, Answer>[]) {}

  get(commandId: string): Answer | undefined {
    for (const chunk of this.chunks) {
      const answer = chunk.get(commandId);
      if (answer) return answer;
    }
    return undefined;
  }

  with(commandId: string, answer: Answer): Answers {
    const [newest = new Map<string, Answer>(), ...older] = this.chunks;
    if (newest.size < CHUNK || newest.has(commandId)) {
      return new Answers([new Map(newest).set(commandId, answer), ...older]);
    }
    return new Answers([new Map([[commandId, answer]]), ...this.chunks.slice(0, CHUNKS - 1)]);
  }
}
