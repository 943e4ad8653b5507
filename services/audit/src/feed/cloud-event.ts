import type { RecordedEvent } from '#event-store';

/** An event as the world outside gets it: CloudEvents 1.0, structured JSON. Attributes of Sluice's own begin with its name. */
export function cloudEvent(event: RecordedEvent) {
  const { id, type, stream, revision, position, at, data, meta } = event;
  return {
    specversion: '1.0',
    id,
    source: `/sluice/${encodeURIComponent(stream)}`,
    type,
    subject: stream,
    time: at,
    datacontenttype: 'application/json',
    sluicerevision: revision,
    // A whole number has 32 bits in CloudEvents; a position needs more.
    sluiceposition: String(position),
    sluiceactor: `${meta.actor.kind}:${meta.actor.id}`,
    sluicehash: meta.hash,
    ...(meta.reason === undefined ? {} : { sluicereason: meta.reason }),
    ...(meta.traceparent === undefined ? {} : { traceparent: meta.traceparent }),
    data,
  };
}

/** `sluice.events.<category>.<id>.<type>`: the id is one token, the type's version a token of its own. */
export function subjectOf({ stream, type }: RecordedEvent): string {
  const dash = stream.indexOf('-');
  return ['sluice.events', token(stream.slice(0, dash)), token(stream.slice(dash + 1)), type].join('.');
}

/** Any text as one token of a subject, the same way as the log does it: what is special is `=` and two digits. */
function token(text: string): string {
  return encodeURIComponent(text)
    .replace(/[.!~*'()]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%', '=');
}
