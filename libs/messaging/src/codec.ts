import { gunzipSync, gzipSync } from 'node:zlib';

/** Below this, compressing costs more than it saves. */
const COMPRESS_FROM_BYTES = 64 * 1024;
/** What a small message may unfold to; more is an attack or a defect. */
const MOST_BYTES = 256 * 1024 * 1024;

/** JSON as it goes over NATS: plain, or gzip when it is large, so that a topology of 100,000 units fits in one message. */
export function encode(value: unknown): Uint8Array {
  const bytes = Buffer.from(JSON.stringify(value));
  return bytes.length < COMPRESS_FROM_BYTES ? bytes : gzipSync(bytes, { level: 3 });
}

/** The value of a message made by {@link encode}. @throws SyntaxError | RangeError when it is something else. */
export function decode(data: Uint8Array): unknown {
  const compressed = data[0] === 0x1f && data[1] === 0x8b;
  const bytes = compressed ? gunzipSync(data, { maxOutputLength: MOST_BYTES }) : data;
  return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8'));
}
