import type { ConfigurationKind } from '#domain';
import type { ConfigurationAnswer } from '#messaging';
import { EXIT, type Exit } from '../exit.js';
import { proposalLines, whoApproves } from '../policy/proposal-lines.js';
import type { Order } from '../server/api.js';
import type { Session } from '../session.js';
import { type Line, span } from '../text/line.js';
import type { Look } from '../text/look.js';
import { soundConfiguration } from './read-documents.js';
import { readText } from './read-file.js';

const PATHS: Readonly<Record<ConfigurationKind, string>> = {
  Topology: '/v1/topologies',
  Policy: '/v1/policies',
  Environment: '/v1/environments',
  FreezeWindow: '/v1/freeze-windows',
};

/** Registers a document, or proposes it where a policy asks less than before. What is wrong with it is found here, with its place in the file, before anything is sent. */
export async function apply(session: Session, file: string, order: Order): Promise<Exit> {
  const document = soundConfiguration(await readText(file, session.stdin));
  const answer = await session.api().post<ConfigurationAnswer>(PATHS[document.kind], document, order);
  if (session.json) session.answer(answer);
  else session.say(outcome(answer, session.look));
  const { name, digest, proposal } = answer;
  if (proposal) {
    const command = `sluice policy approve ${name} --digest ${digest} --reason "…"`;
    session.note([whoApproves(answer), `next: ${command}   (as ${proposal.level})`]);
  }
  return EXIT.done;
}

function outcome(answer: ConfigurationAnswer, look: Look): Line[] {
  const { kind, name, revision, digest, proposal } = answer;
  const about = [span(`${kind} `), span(name, 'bold')];
  const short = digest.slice(0, 12);
  if (proposal) {
    return [
      [...about, span(' is proposed, and not in force'), span(`, digest ${short}`, 'dim')],
      ...proposalLines(answer, look),
    ];
  }
  return [[...about, span(' is registered'), span(`, revision ${revision}, digest ${short}`, 'dim')]];
}
