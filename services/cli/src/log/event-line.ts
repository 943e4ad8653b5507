import type { RecordedEvent } from '#event-store';
import { type Line, span } from '../text/line.js';
import { pairs } from '../text/pairs.js';
import { moment } from '../text/time.js';
import { actorName } from '../text/words.js';

const MOST_PAIRS = 8;

/** An event as a line: its position (for `--after`), when, where, what, who, and the beginning of its data. */
export function eventLine({ position, at, stream, revision, type, data, meta }: RecordedEvent): Line {
  const reason = meta.reason ? ` — ${meta.reason}` : '';
  return [
    span(String(position).padStart(8), 'dim'),
    span(`  ${moment(at)}  `),
    span(`${stream}@${revision}`, 'dim'),
    span(`  ${type}`, 'bold'),
    span(`  ${actorName(meta.actor)}`, 'cyan'),
    span(`  ${pairs(data, MOST_PAIRS)}${reason}`),
  ];
}
