/** An event that is kept ready to be sent. */
export interface Recent {
  readonly position: number;
  readonly stream: string;
  /** The event as a message of a stream, made once for all who get it. */
  readonly frame: string;
}

/** What is next for somebody: messages to send, and the position that is reached with them. */
export interface Stretch {
  readonly text: string;
  readonly position: number;
}

interface Limits {
  readonly events: number;
  /** Of all frames together, in characters. */
  readonly size: number;
}

/** The newest events, up to a limit; the oldest go first. */
export class Ring {
  private readonly entries: Recent[] = [];
  private size = 0;

  /** @param floor the position after which events are put in */
  constructor(
    private readonly limits: Limits,
    private floor: number,
  ) {}

  /** The position of the newest event that was put in. */
  get newest(): number {
    return this.entries.at(-1)?.position ?? this.floor;
  }

  /** Whether everything after a position is here. */
  covers(position: number): boolean {
    return position >= this.floor;
  }

  push(entry: Recent): void {
    this.entries.push(entry);
    this.size += entry.frame.length;
    // The newest one stays, however large it is.
    while (this.entries.length > 1 && this.isFull()) this.letGo();
  }

  /** What is wanted after a position, about so many characters of it; also steps over what is not wanted. */
  read(after: number, wants: (stream: string) => boolean, characters: number): Stretch {
    let text = '';
    let position = after;
    for (let index = this.firstAfter(after); index < this.entries.length && text.length < characters; index += 1) {
      const entry = this.entries[index];
      if (!entry) break;
      if (wants(entry.stream)) text += entry.frame;
      position = entry.position;
    }
    return { text, position };
  }

  private isFull(): boolean {
    return this.entries.length > this.limits.events || this.size > this.limits.size;
  }

  private letGo(): void {
    const oldest = this.entries.shift();
    if (!oldest) return;
    this.floor = oldest.position;
    this.size -= oldest.frame.length;
  }

  private firstAfter(position: number): number {
    let low = 0;
    let high = this.entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.entries[middle]?.position ?? 0) > position) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
