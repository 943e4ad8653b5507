import { createHash } from 'node:crypto';

/** A UUID made of what the event is, so that the same command makes the same events however often it is sent. */
export function eventId(stream: string, commandId: string, index: number): string {
  const hex = createHash('sha256').update(`${stream}\n${commandId}\n${index}`).digest('hex');
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** SHA-256 in hexadecimal. */
export function sha256(text: string | Uint8Array): string {
  return createHash('sha256').update(text).digest('hex');
}
