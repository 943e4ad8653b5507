import { createReadStream } from 'node:fs';
import { wrongCall } from '../failure.js';
import type { Io } from '../io.js';

/** A document's text and what to call it when something in it is wrong. */
export interface DocumentText {
  readonly text: string;
  readonly source: string;
}

/** Well over what the reader of documents takes; it is there so that no file can fill the memory. */
const MOST_BYTES = 128 * 1024 * 1024;

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'it may not be read',
  ENOTDIR: 'there is no such file',
};

/** The text of a file, or of standard input for `-`. @throws CommandFailure when it cannot be read */
export async function readText(file: string, stdin: Io['stdin']): Promise<DocumentText> {
  if (file === '-') return { text: await gather(stdin, 'standard input'), source: 'stdin' };
  try {
    return { text: await gather(createReadStream(file), file), source: file };
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw wrongCall(`${file} cannot be read: ${REASONS[error.code ?? ''] ?? error.message}`);
  }
}

async function gather(input: AsyncIterable<string | Uint8Array>, name: string): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of input) {
    bytes += piece.length;
    if (bytes > MOST_BYTES) throw wrongCall(`${name} is too long: a document has at most 32 MiB`);
    pieces.push(Buffer.from(piece));
  }
  return Buffer.concat(pieces).toString('utf8');
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return typeof error === 'object' && error !== null && 'syscall' in error;
}
