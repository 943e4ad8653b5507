/**
 * An array that is never changed in place: `with` gives a new one and shares all but two short slices of the old.
 * Two levels of about √n slots each, so that one change to 100,000 units copies some 600 references and not 100,000.
 */
export class Roster<T> {
  private constructor(
    private readonly chunks: readonly (readonly T[])[],
    private readonly width: number,
    readonly length: number,
  ) {}

  static of<T>(items: readonly T[]): Roster<T> {
    const width = Math.max(1, Math.ceil(Math.sqrt(items.length)));
    const chunks: T[][] = [];
    for (let i = 0; i < items.length; i += width) chunks.push(items.slice(i, i + width));
    return new Roster(chunks, width, items.length);
  }

  /** @throws RangeError when there is no such place. */
  at(index: number): T {
    if (!(index >= 0 && index < this.length)) throw new RangeError(`no place ${index} in a roster of ${this.length}`);
    return (this.chunks[Math.floor(index / this.width)] as readonly T[])[index % this.width] as T;
  }

  /** The same with another item at this place. */
  with(index: number, item: T): Roster<T> {
    this.at(index);
    const row = Math.floor(index / this.width);
    const chunks = this.chunks.slice();
    const chunk = (chunks[row] as readonly T[]).slice();
    chunk[index % this.width] = item;
    chunks[row] = chunk;
    return new Roster(chunks, this.width, this.length);
  }

  /** The same with more items behind. Copies all of them: for what happens seldom. */
  and(items: readonly T[]): Roster<T> {
    return Roster.of([...this, ...items]);
  }

  *[Symbol.iterator](): Iterator<T> {
    for (const chunk of this.chunks) yield* chunk;
  }
}
