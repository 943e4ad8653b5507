import type { RecordedEvent } from '#event-store';

/** An event as one message of a stream. JSON has no line breaks, so that it is one line of data. */
export function frameOf(event: RecordedEvent): string {
  return `id: ${event.position}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

/** Tells a client when to come back after the stream broke, in milliseconds. Sent first, so that it knows it is connected. */
export const GREETING = 'retry: 2000\n\n';

/** Says nothing but that the gateway is still there. */
export const HEARTBEAT = ': still here\n\n';
