import { closeSync, createReadStream, fstatSync, openSync, renameSync, statSync, writeSync } from 'node:fs';
import { pipeline } from 'node:stream';

const LIMIT = 1024 * 1024;

/** A log of one line per order; at 1 MiB it begins anew and the old one is kept as `<file>.1`. */
export class OrderLog {
  #file;
  #fd;
  #size;

  /** @param {string} file */
  constructor(file) {
    this.#file = file;
    this.#fd = openSync(file, 'a');
    this.#size = fstatSync(this.#fd).size;
  }

  /** @param {string} text */
  append(text) {
    const line = `${new Date().toISOString()} ${text}\n`;
    if (this.#size + line.length > LIMIT) this.#rotate();
    writeSync(this.#fd, line);
    this.#size += line.length;
  }

  #rotate() {
    closeSync(this.#fd);
    renameSync(this.#file, `${this.#file}.1`);
    this.#fd = openSync(this.#file, 'a');
    this.#size = 0;
  }
}

/**
 * Answers with a file: the whole, or from a byte on (`Range: bytes=120-`), which is how a log is followed.
 * @param {string} file
 * @param {string | undefined} range
 * @param {import('node:http').ServerResponse} response
 */
export function sendFile(file, range, response) {
  const size = statSync(file).size;
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(range ?? '') ?? [];
  if (first === undefined) {
    response.writeHead(200, { 'content-length': size, 'accept-ranges': 'bytes' });
    if (size === 0) response.end();
    else send(createReadStream(file, { end: size - 1 }), response);
    return;
  }
  const start = Number(first);
  const end = Math.min(last ? Number(last) : size - 1, size - 1);
  if (start > end) {
    response.writeHead(416, { 'content-range': `bytes */${size}` }).end();
    return;
  }
  response.writeHead(206, { 'content-length': end - start + 1, 'content-range': `bytes ${start}-${end}/${size}` });
  send(createReadStream(file, { start, end }), response);
}

/**
 * @param {import('node:fs').ReadStream} content
 * @param {import('node:http').ServerResponse} response
 */
function send(content, response) {
  // A file that was rotated away, or a reader that left: cut short, so that nobody takes the part for the whole.
  pipeline(content, response, (error) => {
    if (error) response.destroy();
  });
}
