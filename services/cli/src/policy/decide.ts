import type { ConfigurationAnswer, ProposalAnswer } from '#messaging';
import { EXIT, type Exit } from '../exit.js';
import { CommandFailure } from '../failure.js';
import type { Api, Order } from '../server/api.js';
import type { Session } from '../session.js';
import { type Line, span } from '../text/line.js';
import { getPolicies } from './get-policies.js';
import { proposalLines, whoApproves } from './proposal-lines.js';

/** Somebody's word on the version of a policy that is proposed. */
export interface Word {
  readonly decision: 'approve' | 'reject';
  readonly reason: string;
  /** Of the version that was looked at. */
  readonly digest?: string | undefined;
}

/** Approves or rejects what is proposed. It is shown first, and the word is of that version alone. */
export async function decide(session: Session, name: string, word: Word, order: Order): Promise<Exit> {
  const api = session.api();
  const seen = word.digest === undefined ? await lookAt(api, name) : undefined;
  if (seen) session.note([whatIsDecided(seen), ...proposalLines(seen, session.look)]);
  const body = { ...word, digest: word.digest ?? seen?.digest };
  const path = `/v1/policies/${encodeURIComponent(name)}/approvals`;
  const answer = await api.post<ProposalAnswer>(path, body, order);
  if (session.json) session.answer(answer);
  else session.say([outcome(answer)]);
  return EXIT.done;
}

/** Undefined when nothing is proposed, which the service tells, and for somebody who may not look. */
async function lookAt(api: Api, name: string): Promise<ConfigurationAnswer | undefined> {
  try {
    const { proposals } = await getPolicies(api);
    return proposals.find((proposal) => proposal.name === name);
  } catch (error) {
    if (error instanceof CommandFailure && error.exit === EXIT.notAllowed) return undefined;
    throw error;
  }
}

function whatIsDecided(seen: ConfigurationAnswer): Line {
  const { name, digest, by } = seen;
  return [span('policy '), span(name, 'bold'), span(`, version ${digest.slice(0, 12)} by ${by}; ${whoApproves(seen)}`)];
}

function outcome({ name, decision, digest, revision }: ProposalAnswer): Line {
  const done =
    decision === 'approve' ? ` is approved, in force as revision ${revision}` : ` is rejected; ${stays(revision)}`;
  return [span('policy '), span(name, 'bold'), span(`: version ${digest.slice(0, 12)}${done}`)];
}

function stays(revision: number | null): string {
  if (revision === null) return 'nothing is in force under its name';
  return `${revision < 0 ? 'what ships' : `revision ${revision}`} stays in force`;
}
