import { z } from 'zod';

/** How much of what stands before a position is remembered, to know the place again. */
export const TAIL_BYTES = 64;

/** How far a file of call records was read: plain JSON, so that whoever goes on later, or elsewhere, loses no line. */
export const CallPosition = z.object({
  /** Which file it is, by the numbers of the file system; null for whatever file is there. */
  file: z.object({ device: z.number(), inode: z.number() }).nullable(),
  /** In bytes; a whole line begins here. */
  offset: z.number().int().nonnegative(),
  /**
   * What stands before the offset, one character for each byte (latin1), at most {@link TAIL_BYTES}. File systems give
   * the number of a file that is gone to the next one, and files are cut and written anew: this tells.
   */
  tail: z.string().max(TAIL_BYTES),
  /** The offset is in the middle of a line that is too long; the rest of it is passed over. */
  skipping: z.boolean(),
  /** How large the file was, and when it was written last, in milliseconds since the epoch; null before the first read. */
  seen: z.object({ size: z.number(), changedAt: z.number() }).nullable(),
});
export type CallPosition = z.infer<typeof CallPosition>;

/** The beginning of the file that is there when it is read. */
export const FIRST_CALL: CallPosition = { file: null, offset: 0, tail: '', skipping: false, seen: null };

/** The position behind bytes that follow a position. */
export function advance(from: CallPosition, bytes: Buffer, skipping: boolean): CallPosition {
  const before = Buffer.from(from.tail, 'latin1');
  const tail = bytes.length >= TAIL_BYTES ? bytes : Buffer.concat([before, bytes]);
  return {
    file: from.file,
    seen: from.seen,
    offset: from.offset + bytes.length,
    tail: tail.subarray(Math.max(0, tail.length - TAIL_BYTES)).toString('latin1'),
    skipping,
  };
}
