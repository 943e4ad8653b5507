import { EVENT_ID, type Event, getScalarValue, SCALAR_STYLE } from 'js-yaml';

/** A node of the document: the index of the event that it begins with. */
export type Node = number;

/**
 * The tree that the parser's flat list of events stands for, without building it: where each collection ends is
 * enough to step over what is not asked for. A document of ten megabytes has more than a million events.
 */
export class Outline {
  readonly #ends: Int32Array;

  constructor(
    readonly text: string,
    readonly events: readonly Event[],
  ) {
    this.#ends = endsOf(events);
  }

  /** What the first document holds; undefined when there is none. */
  get root(): Node | undefined {
    return this.events.length > 1 ? 1 : undefined;
  }

  isMapping(node: Node): boolean {
    return this.events[node]?.type === EVENT_ID.MAPPING;
  }

  isSequence(node: Node): boolean {
    return this.events[node]?.type === EVENT_ID.SEQUENCE;
  }

  /** Entries of a sequence; keys and values of a mapping in turn; nothing for the rest. */
  *children(node: Node): Generator<Node> {
    if (!this.isMapping(node) && !this.isSequence(node)) return;
    const end = this.#ends[node] ?? 0;
    for (let child = node + 1; child < end; child = this.#after(child)) yield child;
  }

  /** The pairs of a mapping. The name is undefined where the key is not plain text. */
  *fields(node: Node): Generator<{ name: string | undefined; key: Node; value: Node }> {
    if (!this.isMapping(node)) return;
    let key: Node | undefined;
    for (const child of this.children(node)) {
      if (key === undefined) key = child;
      else {
        yield { name: this.#scalar(key), key, value: child };
        key = undefined;
      }
    }
  }

  /** Offset of the node's first character, quote included; undefined for an empty value, which has none. */
  offset(node: Node): number | undefined {
    const event = this.events[node];
    switch (event?.type) {
      case EVENT_ID.MAPPING:
      case EVENT_ID.SEQUENCE:
        return event.start;
      case EVENT_ID.ALIAS:
        return event.anchorStart - 1;
      case EVENT_ID.SCALAR: {
        const quoted = event.style === SCALAR_STYLE.SINGLE_QUOTED || event.style === SCALAR_STYLE.DOUBLE_QUOTED;
        return event.valueStart < 0 ? undefined : event.valueStart - (quoted ? 1 : 0);
      }
      default:
        return undefined;
    }
  }

  /** The name behind the `*` of an alias; undefined for any other node. */
  aliasOf(node: Node): string | undefined {
    const event = this.events[node];
    return event?.type === EVENT_ID.ALIAS ? this.text.slice(event.anchorStart, event.anchorEnd) : undefined;
  }

  /** The name behind the `&` of a node that others may repeat; undefined when it has none. */
  anchorOf(node: Node): string | undefined {
    const event = this.events[node];
    if (!event || event.type === EVENT_ID.ALIAS || !('anchorStart' in event) || event.anchorStart < 0) return undefined;
    return this.text.slice(event.anchorStart, event.anchorEnd);
  }

  #scalar(node: Node): string | undefined {
    const event = this.events[node];
    return event?.type === EVENT_ID.SCALAR ? getScalarValue(this.text, event) : undefined;
  }

  #after(node: Node): Node {
    return Math.max(this.#ends[node] ?? 0, node) + 1;
  }
}

/** For each event that opens something, the index of the one that closes it; 0 for the others. */
function endsOf(events: readonly Event[]): Int32Array {
  const ends = new Int32Array(events.length);
  const open: number[] = [];
  for (let i = 0; i < events.length; i++) {
    const type = events[i]?.type;
    if (type === EVENT_ID.POP) ends[open.pop() ?? 0] = i;
    else if (type !== EVENT_ID.SCALAR && type !== EVENT_ID.ALIAS) open.push(i);
  }
  return ends;
}
