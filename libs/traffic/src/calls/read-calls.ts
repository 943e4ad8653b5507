import type { FileHandle } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { isSystemError } from '../node-error.js';
import { type CallPosition, FIRST_CALL, TAIL_BYTES } from './call-position.js';
import { findRotated, isFileOf, isFollowedByOthers, openFile } from './find-file.js';
import { type CallLines, LONGEST_LINE, readLines } from './read-lines.js';

export interface CallRead extends CallLines {
  readonly ok: true;
  /** There is more, which the next read gets. */
  readonly behind: boolean;
}

/** Nothing could be read; the next read goes on from `position`. `why` completes “/var/log/calls.log …”. */
export interface UnreadCalls {
  readonly ok: false;
  readonly why: string;
  readonly position: CallPosition | null;
}

export interface CallReadOptions {
  /** How much to read at most, and at least one line. Default: 4 MiB, some 15,000 calls. */
  readonly maxBytes?: number;
  /** A file that was rotated away is left when nothing was written to it for so long. Default: a second. */
  readonly lingerMs?: number;
}

const DEFAULTS = { maxBytes: 4 * 1_048_576, lingerMs: 1_000 };
type Limits = Readonly<Required<CallReadOptions>>;
const NOTHING = { calls: [], damaged: 0, damage: null };

/**
 * Reads what was added to a file of call records since a position. Without one (`null`) it only finds the file's end:
 * what stands in it belongs to the time before. Nothing is held open in between, and nothing remembered elsewhere.
 *
 * A file that was rotated away is read to its end, and left when nothing is written to it any more: writers keep it open
 * for a moment. What cannot be found any more is lost; since nobody knows what it was, it counts as a damaged record:
 * a file that was cut or removed before it was read to its end, or rotated more than once since the last read. Only a
 * file that is cut before anything of it was read cannot be told from an empty one: rotate by renaming.
 * A file that changes and does not grow is written over by somebody who does not append: a damaged record too.
 */
export async function readCalls(
  path: string,
  from: CallPosition | null,
  options: CallReadOptions = {},
): Promise<CallRead | UnreadCalls> {
  try {
    const { maxBytes, lingerMs } = { ...DEFAULTS, ...options };
    return await read(path, from, { maxBytes: Math.max(maxBytes, LONGEST_LINE + 1), lingerMs });
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return { ok: false, why: `cannot be read: ${error.code}`, position: from };
  }
}

async function read(path: string, from: CallPosition | null, limits: Limits): Promise<CallRead | UnreadCalls> {
  const current = await openFile(path);
  try {
    // Whatever comes to be written to a file that is not there yet is new.
    if (from === null) return current ? await findEnd(current) : missing(FIRST_CALL);
    if (current && (await isFileOf(current, from))) return await readFile(current, from, limits);
    return await readRotated(path, current, from, limits);
  } finally {
    await current?.close();
  }
}

async function readRotated(
  path: string,
  current: FileHandle | null,
  from: CallPosition,
  limits: Limits,
): Promise<CallRead | UnreadCalls> {
  const rotated = from.file === null ? null : await findRotated(path, from);
  try {
    if (rotated) {
      const rest = await readFile(rotated, from, limits);
      const idleMs = Date.now() - (await rotated.stat()).mtimeMs;
      if (rest.behind || rest.position.offset > from.offset || idleMs < limits.lingerMs) return rest;
    }
    if (!current) return rotated ? { ok: true, ...NOTHING, position: from, behind: false } : missing(from);
    const loss = rotated
      ? await lossBehind(rotated, path, from)
      : 'the file was cut or taken away before its end was read';
    return withLoss(await readFile(current, FIRST_CALL, limits), loss);
  } finally {
    await rotated?.close();
  }
}

/** What is lost with a rotated file that is left. */
async function lossBehind(rotated: FileHandle, path: string, from: CallPosition): Promise<string | null> {
  if (await isFollowedByOthers(rotated, path)) return 'the file was rotated more than once since it was read';
  const isCutOff = !from.skipping && (await rotated.stat()).size > from.offset;
  return isCutOff ? `the last line of the rotated file, at byte ${from.offset}, is not complete` : null;
}

function withLoss(read: CallRead, loss: string | null): CallRead {
  return loss === null ? read : { ...read, damaged: read.damaged + 1, damage: loss };
}

function missing(position: CallPosition): UnreadCalls {
  return { ok: false, why: 'is not there', position };
}

async function readFile(handle: FileHandle, from: CallPosition, { maxBytes }: Limits): Promise<CallRead> {
  const { dev, ino, size, mtimeMs } = await handle.stat();
  const bytes = await take(handle, from.offset, Math.min(maxBytes, Math.max(0, size - from.offset)));
  const seen = { size, changedAt: mtimeMs };
  const lines = readLines(bytes, { ...from, file: { device: dev, inode: ino }, seen });
  const read = { ok: true, ...lines, behind: from.offset + bytes.length < size } as const;
  return withLoss(read, (await isWrittenOver(handle, from, seen)) ? OVERWRITTEN : null);
}

const OVERWRITTEN = 'the file was written to, but not at its end: whoever writes it does not append';
/** Between the moment at which a file counts as changed and the one at which it has grown. */
const GROWING_MS = 20;

/** A file that changes and does not grow holds calls where nobody looks for them. */
async function isWrittenOver(
  handle: FileHandle,
  { seen: before }: CallPosition,
  now: { readonly size: number; readonly changedAt: number },
): Promise<boolean> {
  if (!before || before.size !== now.size || before.changedAt === now.changedAt) return false;
  await delay(GROWING_MS);
  return (await handle.stat()).size === now.size;
}

async function findEnd(handle: FileHandle): Promise<CallRead> {
  const { dev, ino, size, mtimeMs } = await handle.stat();
  const tail = await take(handle, Math.max(0, size - TAIL_BYTES), Math.min(size, TAIL_BYTES));
  const isWhole = size === 0 || tail.at(-1) === 10;
  const file = { device: dev, inode: ino };
  // A line that is being written began before; its rest would not be a record.
  const position = {
    file,
    offset: size,
    tail: tail.toString('latin1'),
    skipping: !isWhole,
    seen: { size, changedAt: mtimeMs },
  };
  return { ok: true, ...NOTHING, position, behind: false };
}

async function take(handle: FileHandle, offset: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(bytes, filled, length - filled, offset + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}
