import type { ConfigurationKind } from '#domain';
import type { ConfigurationAnswer } from '#messaging';
import { EXIT, type Exit } from '../exit.js';
import type { Order } from '../server/api.js';
import type { Session } from '../session.js';
import { span } from '../text/line.js';
import { soundConfiguration } from './read-documents.js';
import { readText } from './read-file.js';

const PATHS: Readonly<Record<ConfigurationKind, string>> = {
  Topology: '/v1/topologies',
  Policy: '/v1/policies',
  Environment: '/v1/environments',
  FreezeWindow: '/v1/freeze-windows',
};

/** Registers a document. What is wrong with it is found here, with its place in the file, before anything is sent. */
export async function apply(session: Session, file: string, order: Order): Promise<Exit> {
  const document = soundConfiguration(await readText(file, session.stdin));
  const answer = await session.api().post<ConfigurationAnswer>(PATHS[document.kind], document, order);
  if (session.json) session.answer(answer);
  else {
    const { kind, name, revision, digest } = answer;
    const details = `, revision ${revision}, digest ${digest.slice(0, 12)}`;
    session.say([[span(`${kind} `), span(name, 'bold'), span(' is registered'), span(details, 'dim')]]);
  }
  return EXIT.done;
}
