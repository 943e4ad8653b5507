import type { Problem } from '#domain';
import type { CommandFailure } from '../failure.js';
import { clean } from './clean.js';
import { hanging, type Line, span } from './line.js';
import type { Look } from './look.js';

/** A failure as people read it: what, why, where exactly, what the release is now, and what to do. */
export function failureText({ problem, advice }: CommandFailure, look: Look): Line[] {
  const { title, detail, code, errors = [], state } = problem;
  const why = detail && detail !== title ? `${title}: ${detail}` : title;
  const what = clean(code ? `${why} (${code})` : why);
  return [
    ...hanging([span('error', 'red'), span(': ')], what, look, { indent: 2 }),
    ...errors.map(errorLine),
    ...(state ? hanging([span('  now   ', 'dim')], stateText(state), look) : []),
    // Commands to be copied are not broken into lines.
    ...advice.map((line, i) => [span(i === 0 ? '  next  ' : '        ', 'dim'), span(line)]),
  ];
}

/** `release.yaml:12:5 spec.rollout[0]: …`, so that editors can jump there. */
function errorLine({ source, line, column, path, message }: Problem): Line {
  const place = [source, line, line === undefined ? undefined : column].filter((part) => part !== undefined).join(':');
  const where = [place, path].filter(Boolean).map(clean).join(' ');
  return where ? [span(where, 'bold'), span(`: ${clean(message)}`)] : [span(clean(message))];
}

/** `held, revision 14`, and whatever else the answer tells. */
function stateText(state: Readonly<Record<string, unknown>>): string {
  const { id: _id, state: status, ...rest } = state;
  const others = Object.entries(rest).map(([name, value]) => `${name} ${asText(value)}`);
  return clean([...(status === undefined ? [] : [asText(status)]), ...others].join(', '));
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
