import { EXIT, exitOfStatus } from '../exit.js';
import { CommandFailure, ownProblem, type ProblemDocument } from '../failure.js';
import { TOKEN_ADVICE } from './settings.js';

const TITLES: Readonly<Record<number, string>> = {
  401: 'not known',
  403: 'not allowed',
  404: 'not found',
  503: 'not available',
};

/** An answer that is not a success, as the failure of the command. Bodies that are no problem document are told by their status. */
export function failureOf(status: number, body: unknown, url: string): CommandFailure {
  const problem = isProblem(body) ? body : strangeAnswer(status, url);
  return new CommandFailure(exitOfStatus(status), { ...problem, status }, adviceFor(status, problem));
}

/** Nothing answered at all, or not what Sluice answers. */
export function unreachable(url: string, why: string): CommandFailure {
  return new CommandFailure(EXIT.unreachable, ownProblem('UNREACHABLE', 'the service cannot be reached', why), [
    `Is Sluice running at ${url}? \`npm start\` starts it; SLUICE_URL or --url says where else it is.`,
  ]);
}

function isProblem(body: unknown): body is ProblemDocument {
  return typeof body === 'object' && body !== null && 'title' in body && typeof body.title === 'string';
}

function strangeAnswer(status: number, url: string): ProblemDocument {
  const title = TITLES[status] ?? `HTTP status ${status}`;
  return { type: 'about:blank', title, detail: `${url} answered ${status} without saying why` };
}

function adviceFor(status: number, { code, state }: ProblemDocument): readonly string[] {
  if (status === 401) return ['The token in SLUICE_TOKEN is not one that the service knows.', ...TOKEN_ADVICE];
  if (code === 'SELF_APPROVAL' || code === 'SELF_CONFIRMATION' || code === 'SELF_START')
    return ['Ask somebody else, with a token of their own.'];
  if (status === 403) return ['Use the token of somebody who may, in SLUICE_TOKEN.'];
  if (status >= 500) return ['Try again in a moment; the service may be starting.'];
  if (code === 'UNKNOWN_POLICY' || code === 'STALE_PROPOSAL' || code === 'NOTHING_PROPOSED')
    return ['See what is in force and what is proposed: sluice policy list'];
  if (status === 404) return ['See what there is: sluice list'];
  return typeof state?.id === 'string' ? [`See how it stands: sluice show ${state.id}`] : [];
}
