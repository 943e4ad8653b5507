/** How far a log was read. */
export interface LogPosition {
  /** In bytes. */
  readonly offset: number;
  /**
   * What stood before the offset, one character for each byte (latin1), at most {@link TAIL_BYTES}; empty when nothing
   * was read yet. It is read again each time: anything else in its place means that there is another file.
   */
  readonly tail: string;
}

export const TAIL_BYTES = 64;
export const BEGINNING: LogPosition = { offset: 0, tail: '' };

/** The position behind bytes that begin with the tail of the one before. */
export function advance({ offset, tail }: LogPosition, bytes: Uint8Array): LogPosition {
  const end = bytes.subarray(Math.max(0, bytes.length - TAIL_BYTES));
  return { offset: offset - tail.length + bytes.length, tail: Buffer.from(end).toString('latin1') };
}

/** What an answer says of a file: `bytes 10-19/200`, or only how long it is, for a range behind its end. */
export interface ContentRange {
  /** Null when the range could not be satisfied. */
  readonly first: number | null;
  /** Null when the server does not know. */
  readonly size: number | null;
}

/** Null for a header that is not there or not of this form. */
export function parseContentRange(header: string | undefined): ContentRange | null {
  const match = /^bytes (?:(\d+)-\d+|\*)\/(?:(\d+)|\*)$/.exec(header?.trim() ?? '');
  if (!match) return null;
  return { first: numberOrNull(match[1]), size: numberOrNull(match[2]) };
}

const numberOrNull = (text: string | undefined): number | null => (text === undefined ? null : Number(text));

/** Where a log is on a unit: a path as it is, a bare name under `/logs/`. */
export function logPath(source: string): string {
  return source.startsWith('/') ? source : `/logs/${encodeURIComponent(source)}`;
}
