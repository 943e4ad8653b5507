import { isClosed, type StagingView, toBasisPoints } from '#domain';
import { bar } from '../text/bar.js';
import { hanging, type Line, type Span, span } from '../text/line.js';
import type { Look } from '../text/look.js';
import { clockTime } from '../text/time.js';
import { askedText, splitText } from '../text/traffic.js';
import { count, figure } from '../text/words.js';
import { verdictSpans } from './batches-text.js';
import { BATCH_STYLE, VERDICT_LOOKS } from './states.js';

const INDENT = 10;
const BELOW = ' '.repeat(INDENT);
/** What goes on in the next line is indented a little further than what begins there. */
const HANGING = { indent: INDENT + 2 };

/** The staging environment of a release, whole: how it stands, its traffic, the probe, what each validator says. */
export function stagingBlock(staging: StagingView, look: Look): Line[] {
  return [
    ...standing(staging, look),
    ...trafficLines(staging, look),
    ...probeLines(staging, look),
    ...verdictLines(staging, look),
  ];
}

/** The same for a screen that is drawn again and again: one line when nothing goes on there, a few while something does. */
export function stagingGlance(staging: StagingView, look: Look): Line[] {
  const { state, traffic, probe, verdicts } = staging;
  const first = standing(staging, look);
  if (state === 'pending' || (isOver(staging) && isEmpty(traffic))) return first;
  return [
    ...first,
    ...trafficLines(staging, look),
    ...(probe?.verdict === 'passed' ? [] : probeLines(staging, look)),
    ...(verdicts.length > 0 ? [[heading('verdicts'), ...verdictSpans(verdicts, look)]] : []),
  ];
}

function heading(name: string): Span {
  return span(name.padEnd(INDENT), 'bold');
}

function standing(staging: StagingView, look: Look): Line[] {
  const { environment, state, units, deployed, failed } = staging;
  const done = state === 'pending' ? count(units.length, 'unit') : `${figure(deployed)}/${count(units.length, 'unit')}`;
  const line = [
    heading('staging'),
    span(`${environment}  `),
    span(state, BATCH_STYLE[state]),
    span(`  ${done}`),
    ...(failed > 0 ? [span(`, ${figure(failed)} failed`, 'red')] : []),
  ];
  const when = time(staging);
  return when ? hanging([...line, span('  ')], when, look, { ...HANGING, style: 'dim' }) : [line];
}

/** The interval begins when all of the traffic is there, so that its end is not known before. */
function time({ state, observedUntil, interval }: StagingView): string {
  if (state === 'pending') return `to be observed for ${interval}`;
  if (state !== 'observing' && state !== 'held') return '';
  return observedUntil ? `until ${clockTime(observedUntil)} (${interval})` : `for ${interval} once all traffic is in`;
}

function trafficLines({ state, traffic }: StagingView, look: Look): Line[] {
  const { now, asked, mode, shiftingTo, error } = traffic;
  const none = state === 'pending' || state === 'deploying' ? 'none yet' : 'none';
  const amounts: Line[] = isClosed(now)
    ? [[heading('traffic'), span(none), span(`, asked: ${askedText(asked, mode)}`, 'dim')]]
    : [
        [heading(mode === 'mirror' ? 'copies' : 'traffic'), ...amount('internal', now.internal, asked.internal)],
        [span(BELOW), ...amount('production', now.production, asked.production)],
      ];
  const moving = shiftingTo && (isClosed(shiftingTo) ? 'being taken out' : `being moved to ${splitText(shiftingTo)}`);
  const failure = span(shiftingTo ? 'the last try failed' : 'given up', 'red');
  return [
    ...amounts,
    ...(moving ? [[span(BELOW), span(moving, 'cyan')]] : []),
    ...(error ? hanging([span(BELOW), failure, span(': ')], error, look, HANGING) : []),
  ];
}

/** `production  █░░░░░░░░░     1%  as asked`. */
function amount(name: string, now: string, asked: string): Span[] {
  const isThere = toBasisPoints(now) === toBasisPoints(asked);
  return [
    span(name.padEnd(12)),
    span(bar(toBasisPoints(now) / 10_000), 'cyan'),
    span(now.padStart(7)),
    isThere ? span('  as asked', 'dim') : span(`  asked: ${asked}`, 'yellow'),
  ];
}

function probeLines({ probe }: StagingView, look: Look): Line[] {
  if (!probe) return [];
  const { mark, style } = VERDICT_LOOKS[probe.verdict];
  const said = look.terminal ? `${mark} ${clockTime(probe.at)}` : `${probe.verdict} at ${clockTime(probe.at)}`;
  return hanging([heading('probe'), span(said, style), span(': ')], probe.sentence, look, HANGING);
}

function verdictLines({ verdicts }: StagingView, look: Look): Line[] {
  return verdicts.flatMap(({ validator, verdict, sentence }, i) => {
    const { mark, style } = VERDICT_LOOKS[verdict];
    const said = look.terminal ? `${mark} ${validator}` : `${validator} ${verdict}`;
    return hanging(
      [i === 0 ? heading('verdicts') : span(BELOW), span(said, style), span(': ')],
      sentence,
      look,
      HANGING,
    );
  });
}

function isOver({ state }: StagingView): boolean {
  return state === 'passed' || state === 'failed' || state === 'rolling-back' || state === 'rolled-back';
}

function isEmpty({ now, shiftingTo, error }: StagingView['traffic']): boolean {
  return isClosed(now) && shiftingTo === null && error === null;
}
