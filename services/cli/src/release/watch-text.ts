import type { ReleaseView } from '#domain';
import { type Line, span } from '../text/line.js';
import type { Look } from '../text/look.js';
import { batchTable, judgementLines } from './batches-text.js';
import { nextStep } from './next-step.js';
import { stagingGlance } from './staging-text.js';
import { RELEASE_STYLE } from './states.js';

/** Lines around the table that are always there, and one so that the cursor stays on the screen. */
const AROUND = 8;
const FEWEST_ROWS = 4;
const MOST_JUDGEMENTS = 4;

/** A release on one screen: no higher than the terminal, so that it can be drawn over itself. */
export function watchText(view: ReleaseView, look: Look): Line[] {
  const { id, service, version, state, hold, rollback, batches, staging } = view;
  const glance = staging ? [...stagingGlance(staging, look), []] : [];
  const undone = [...(staging ? [staging] : []), ...batches].filter((batch) => batch.state !== 'passed');
  const judgements = judgementLines(undone, look, MOST_JUDGEMENTS).slice(0, 2 * MOST_JUDGEMENTS);
  const rows = Math.max(FEWEST_ROWS, look.height - AROUND - glance.length - judgements.length);
  const next = state === 'running' || state === 'rolling-back' ? undefined : nextStep(view);
  const notes: Line[] = [
    ...(hold ? [[span('held: ', 'magenta'), span(hold.sentence)]] : []),
    ...(rollback ? [[span('rollback: ', 'magenta'), span(rollback.because)]] : []),
    ...(next ? [[span(`next: ${next}`, 'dim')]] : []),
  ];
  const lines = [
    [
      span(id, 'bold'),
      span(`  ${service} ${version}  `),
      span(state, RELEASE_STYLE[state]),
      span(`  ${progress(view)}`),
    ],
    ...glance,
    ...batchTable(batches, look, rows),
    ...judgements,
    ...notes,
  ];
  return lines.slice(0, Math.max(1, look.height - 1));
}

/** `2 of 6 batches passed`. */
export function progress({ batches }: ReleaseView): string {
  return `${batches.filter(({ state }) => state === 'passed').length} of ${batches.length} batches passed`;
}
