import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { hasCode } from '../../node-error.js';

/** A request that is refused, with the status that tells its sender why. */
export class RefusedExport extends Error {
  override readonly name = 'RefusedExport';

  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

const unzip = promisify(gunzip);

/**
 * The body of a request, unpacked.
 *
 * @throws RefusedExport when it is longer than `maxBytes`, packed or not, or packed in a way that cannot be undone
 */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity' && encoding !== 'gzip')
    throw new RefusedExport(415, `cannot unpack ${encoding}; gzip is taken`);
  const chunks: Buffer[] = [];
  let size = 0;
  // Who stops reading must not cut the connection: the refusal still has to be sent.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    size += chunk.length;
    if (size > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk);
  }
  const body = Buffer.concat(chunks);
  return encoding === 'gzip' ? unpack(body, maxBytes) : body;
}

async function unpack(body: Buffer, maxBytes: number): Promise<Buffer> {
  try {
    return await unzip(body, { maxOutputLength: maxBytes });
  } catch (error) {
    if (!hasCode(error)) throw error;
    if (error.code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(maxBytes);
    throw new RefusedExport(400, 'is no whole gzip');
  }
}

function tooLarge(maxBytes: number): RefusedExport {
  return new RefusedExport(413, `is larger than ${maxBytes} bytes`);
}
