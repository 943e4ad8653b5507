import { type PlannedStaging, routerKind, type Timetable } from '#domain';
import { hanging, type Line, span } from '../text/line.js';
import type { Look } from '../text/look.js';
import { askedText } from '../text/traffic.js';
import { count } from '../text/words.js';
import { opensText, waitsText } from './times-text.js';
import { unitNames } from './unit-names.js';

/** In a timetable. */
const STAGING_WAVE = 0;
const HEADING = 'staging   ';

/** The stage before production, as people read it: where, which units, how much traffic, how long. */
export function stagingLines(
  { environment, spec, units, traffic, interval }: PlannedStaging,
  times: Timetable,
  look: Look,
): Line[] {
  const entry = times.waves.find(({ wave }) => wave === STAGING_WAVE);
  const stack = spec ? `, ${count(spec.services.length, 'service')} behind ${routerKind(spec.router)}` : '';
  const steps = [
    spec ? `${count(units.length, 'unit')}: ${unitNames(units)}` : 'its units are not known here: give it with -e',
    `gets ${askedText(traffic, traffic.mode)}, if its calls stay inside`,
    `observed for ${interval} with all of that; then emptied, and production opens`,
    ...(entry ? [opensText(entry, times), waitsText(entry) ?? ''] : []),
  ];
  return [
    [span(HEADING, 'bold'), span(environment), span(stack, 'dim')],
    ...steps.filter(Boolean).flatMap((step) => hanging([span(' '.repeat(HEADING.length))], step, look)),
  ];
}
