import type { ConfigurationAnswer } from '#messaging';
import { EXIT, type Exit } from '../exit.js';
import type { Session } from '../session.js';
import { type Line, span } from '../text/line.js';
import type { Look } from '../text/look.js';
import { type Cell, type Column, table } from '../text/table.js';
import { moment } from '../text/time.js';
import { getPolicies } from './get-policies.js';
import { proposalLines, whoApproves } from './proposal-lines.js';

const COLUMNS: readonly Column[] = [
  { head: 'policy' },
  { head: 'state' },
  { head: 'revision', align: 'right' },
  { head: 'digest', optional: true },
  { head: 'by', flexible: true },
  { head: 'since', optional: true },
];

/** What is in force, what is proposed, and what each proposal would make looser. */
export async function list(session: Session): Promise<Exit> {
  const answer = await getPolicies(session.api());
  const { policies, proposals } = answer;
  if (session.json) session.answer(answer);
  else if (policies.length + proposals.length === 0) session.note(['no policies; what ships is in force']);
  else {
    const rows = [...policies, ...proposals].map(row);
    session.say([...table(COLUMNS, rows, session.look), ...proposals.flatMap((each) => details(each, session.look))]);
  }
  return EXIT.done;
}

function row(policy: ConfigurationAnswer): Cell[] {
  const { name, revision, digest, by, approvedBy, at, proposal } = policy;
  const state = proposal ? span(proposal.stale ? 'stale' : 'proposed', 'yellow') : span('in force', 'green');
  const people = approvedBy ? `${by}, approved by ${approvedBy}` : by;
  return [name, state, proposal ? '' : String(revision), digest.slice(0, 12), people, moment(at)];
}

function details(policy: ConfigurationAnswer, look: Look): Line[] {
  const { name, proposal } = policy;
  const next = proposal?.stale
    ? 'something else is in force by now; it has to be proposed again'
    : `${whoApproves(policy)}: sluice policy approve ${name} --reason "…"   (or reject)`;
  return [[], [span(name, 'bold'), span(` waits: ${next}`)], ...proposalLines(policy, look)];
}
