import { approvalText, findingLines } from '../text/findings.js';
import { hanging, type Line, span } from '../text/line.js';
import type { Look } from '../text/look.js';
import { count } from '../text/words.js';
import { adaptiveText } from './adaptive-text.js';
import { batchLines } from './batch-lines.js';
import type { Planned } from './inputs.js';
import { stagingLines } from './staging-lines.js';
import { overText } from './times-text.js';
import { wavesText } from './waves-text.js';

/** A plan as people read it: what happens in which order and when, how long it takes, what the policy says, who has to approve. */
export function planText({ plan, times, release }: Planned, look: Look): Line[] {
  const { batches, waves, methods, duration, observation, findings, approval, staging } = plan;
  const { service, version, risk } = release.spec;
  const clusters = new Set(batches.map(({ cluster }) => cluster)).size;
  const adaptive = adaptiveText(release);
  const units = batches.at(-1)?.cumulativeUnits ?? 0;
  const size = [
    count(units, 'unit'),
    count(clusters, 'cluster'),
    count(batches.length, 'batch'),
    count(waves.length, 'wave'),
  ];
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['methods', methods.join(', ') || 'none'],
    ['duration', `${duration} from the first batch to completion, ${observation} of it observation`],
    ['', staging ? `${staging.interval} of staging before that` : undefined],
    ['times', `${overText(times)}${adaptive ? ' and no interval adapts' : ''}`],
    ['intervals', adaptive],
    ['approval', approvalText(approval)],
  ];
  return [
    [span(plan.release, 'bold'), span(`  ${service} ${version}, ${risk} risk`)],
    [span(size.join(', '), 'dim')],
    ...(staging ? [[], ...stagingLines(staging, times, look)] : []),
    [],
    ...(look.terminal ? wavesText : batchLines)(batches, times, look),
    [],
    ...facts.flatMap(([name, text]) => (text ? hanging([span(name.padEnd(10), 'bold')], text, look) : [])),
    ...(findings.length > 0 ? [[], ...findingLines(findings, look)] : []),
  ];
}
