import type { IntegrityReport } from '#messaging';
import { EXIT, type Exit } from '../exit.js';
import { PATIENT_MS } from '../server/api.js';
import type { Session } from '../session.js';
import { hanging, type Line, span } from '../text/line.js';
import type { Look } from '../text/look.js';
import { count } from '../text/words.js';

/** Has hashes and states worked out again from the log. What does not fit is a failure with an exit code of its own. */
export async function verify(session: Session, release: string | undefined): Promise<Exit> {
  const report = await session.api().get<IntegrityReport>('/v1/audit/integrity', { release }, PATIENT_MS);
  if (session.json) session.answer(report);
  else session.say(reportLines(report, session.look));
  return report.ok ? EXIT.done : EXIT.failed;
}

function reportLines({ ok, streams, events, firstProblem, mismatches }: IntegrityReport, look: Look): Line[] {
  const size = `${count(events, 'event')} in ${count(streams, 'stream')}`;
  if (ok) return [[span('ok', 'green'), span(`: ${size}, every hash and every state fits`)]];
  const problems = [
    ...(firstProblem ? [problemText(firstProblem)] : []),
    ...mismatches.map(({ release, log, projection }) => ({
      where: release,
      what: `the log says ${log}, the read model ${projection}; sluice audit rebuild makes it anew`,
    })),
  ];
  return [
    [span('not ok', 'red'), span(`: ${size}`)],
    ...problems.flatMap(({ where, what }) => hanging([span(`  ${where}  `, 'bold')], what, look, { indent: 4 })),
  ];
}

function problemText({ stream, revision, event, why }: NonNullable<IntegrityReport['firstProblem']>) {
  return {
    where: `${stream}@${revision}`,
    what: `is the first event that does not fit${event ? ` (${event})` : ''}: ${why}`,
  };
}
