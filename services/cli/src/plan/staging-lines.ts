import { type PlannedStaging, routerKind } from '#domain';
import { hanging, type Line, span } from '../text/line.js';
import type { Look } from '../text/look.js';
import { askedText } from '../text/traffic.js';
import { count } from '../text/words.js';
import { unitNames } from './unit-names.js';

const HEADING = 'staging   ';

/** The stage before production, as people read it: where, which units, how much traffic, how long. */
export function stagingLines({ environment, spec, units, traffic, interval }: PlannedStaging, look: Look): Line[] {
  const stack = spec ? `, ${count(spec.services.length, 'service')} behind ${routerKind(spec.router)}` : '';
  const steps = [
    spec ? `${count(units.length, 'unit')}: ${unitNames(units)}` : 'its units are not known here: give it with -e',
    `gets ${askedText(traffic, traffic.mode)}, if its calls stay inside`,
    `observed for ${interval} with all of that; then emptied, and production opens`,
  ];
  return [
    [span(HEADING, 'bold'), span(environment), span(stack, 'dim')],
    ...steps.flatMap((step) => hanging([span(' '.repeat(HEADING.length))], step, look)),
  ];
}
