import type { SubmissionAnswer } from '#messaging';
import { soundRelease } from '../documents/read-documents.js';
import { readText } from '../documents/read-file.js';
import { EXIT, type Exit } from '../exit.js';
import type { Order } from '../server/api.js';
import type { Session } from '../session.js';
import { approvalText, findingLines } from '../text/findings.js';
import { hanging, type Line, span } from '../text/line.js';
import type { Look } from '../text/look.js';
import { styleOf } from './states.js';

/** Submits a release. Standard output is its id alone, so that a script can keep it; what else there is to say is noted. */
export async function submit(session: Session, file: string, order: Order): Promise<Exit> {
  const release = soundRelease(await readText(file, session.stdin));
  const answer = await session.api().post<SubmissionAnswer>('/v1/releases', release, order);
  if (session.json) session.answer(answer);
  else session.say([answer.id]);
  session.note(outcome(answer, session.look));
  return EXIT.done;
}

function outcome({ id, state, approval, findings, notes = [] }: SubmissionAnswer, look: Look): Line[] {
  const step = approval ? `approve ${id} --reason "…"   (as ${approval.level})` : `start ${id}`;
  return [
    [span('is '), span(state, styleOf(state)), span(`; ${approvalText(approval)}`)],
    ...findingLines(findings, look),
    ...notes.flatMap((note) => hanging([span('note: ', 'yellow')], note, look)),
    [span(`next: sluice ${step}`)],
  ];
}
