import type { ReleaseView } from '#domain';
import { findingLines } from '../text/findings.js';
import { hanging, type Line, span } from '../text/line.js';
import type { Look } from '../text/look.js';
import { moment } from '../text/time.js';
import { count } from '../text/words.js';
import { batchTable, judgementLines } from './batches-text.js';
import { stagingBlock } from './staging-text.js';
import { RELEASE_STYLE } from './states.js';

/** More rows than that nobody reads on a terminal. A pipe gets all of them. */
const MOST_ROWS = 60;

/** A release as people read it: what it is, how it stands, its batches, and who allowed it. */
export function viewText(view: ReleaseView, look: Look): Line[] {
  const { batches, plan, staging } = view;
  const rows = look.terminal ? MOST_ROWS : Number.POSITIVE_INFINITY;
  return [
    ...heading(view, look),
    ...(staging ? [[], ...stagingBlock(staging, look)] : []),
    ...(batches.length > 0 ? [[], ...batchTable(batches, look, rows)] : []),
    // What validators say of staging stands in its block already.
    ...section(judgementLines([...(staging ? [{ ...staging, verdicts: [] }] : []), ...batches], look)),
    ...section(approvalLines(view, look)),
    ...section(findingLines(plan?.findings ?? [], look)),
  ];
}

/** The lines that say what the release is and how it stands. */
export function heading(view: ReleaseView, look: Look): Line[] {
  const { name, service, version, risk, id, state, author, reason, submittedAt, startedAt, endedAt, plan } = view;
  const { hold, rollback, drift } = view;
  const facts: (readonly [string, string | undefined])[] = [
    ['id', id],
    ['author', `${author}, ${moment(submittedAt)}: ${reason}`],
    ['started', startedAt && moment(startedAt)],
    ['ended', endedAt && moment(endedAt)],
    ['plan', plan && planText(plan, view.batches.length)],
    ['held', hold && `since ${moment(hold.since)} (${hold.cause}): ${hold.sentence}`],
    ['drift', drift && driftText(drift)],
    ['rollback', rollback && `of ${rollback.scope === 'batch' ? rollback.batch : 'the release'}: ${rollback.because}`],
  ];
  return [
    [span(name, 'bold'), span(`  ${service} ${version}, ${risk} risk  `), span(state, RELEASE_STYLE[state])],
    ...facts.flatMap(([fact, text]) => (text ? hanging([span(fact.padEnd(10), 'bold')], text, look) : [])),
  ];
}

function planText({ units, duration, observation }: NonNullable<ReleaseView['plan']>, batches: number): string {
  return `${count(units, 'unit')} in ${count(batches, 'batch')}, ${duration} in all, ${observation} of it observation`;
}

function driftText({ topology, revision, added, removed, taken, handling, waits }: NonNullable<ReleaseView['drift']>) {
  const what = `${topology} has ${count(added, 'unit')} more and ${count(removed, 'unit')} less for it (revision ${revision})`;
  const others = taken ? `; ${taken} of them belong to another release` : '';
  return `${what}${others}; ${waits ? 'a person decides' : HANDLED[handling]}`;
}

const HANDLED = {
  hold: 'it goes on as planned',
  ignore: 'it goes on as planned',
  include: 'what came is done last, what is gone is left out',
} as const;

function approvalLines({ approvals, approved, plan, state }: ReleaseView, look: Look): Line[] {
  const given = approvals.flatMap(({ actor, level, at, reason }) =>
    hanging([span('  '), span(actor), span(` (${level})  `)], [moment(at), reason].filter(Boolean).join('  '), look),
  );
  const waits = plan?.approval && (state === 'planned' || state === 'escalated');
  const { level = '', because = [] } = plan?.approval ?? {};
  const why = because.length > 0 ? ` for an exception to ${because.join(', ')}` : '';
  const count = approved && approved.of > 1 ? `, ${approved.given} of ${approved.of} have approved` : '';
  const waiting = waits ? [[span(`  waits for ${level}${why}${count}`, 'yellow')]] : [];
  return given.length + waiting.length > 0 ? [[span('approvals', 'bold')], ...given, ...waiting] : [];
}

function section(lines: readonly Line[]): readonly Line[] {
  return lines.length > 0 ? [[], ...lines] : [];
}
