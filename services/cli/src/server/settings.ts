import { EXIT } from '../exit.js';
import { CommandFailure, ownProblem, wrongCall } from '../failure.js';
import type { Io } from '../io.js';

/** Where the service is and who asks. */
export interface Server {
  /** Without a slash at the end. */
  readonly url: string;
  readonly token: string;
  /** The trace that the call is part of: of a pipeline, say. */
  readonly traceparent?: string;
}

const USUAL_URL = 'http://127.0.0.1:7070';
const TOKEN = /^[\x21-\x7e]{1,4096}$/;
const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** @throws CommandFailure when the URL is none, or nothing says who asks */
export function serverFrom(option: string | undefined, env: Io['env']): Server {
  const url = option || env.SLUICE_URL || USUAL_URL;
  if (!isHttp(url)) {
    throw wrongCall(`${JSON.stringify(url)} is not an http or https URL; ${option ? '--url' : 'SLUICE_URL'} says so`);
  }
  const token = env.SLUICE_TOKEN?.trim();
  if (!token) throw noToken();
  if (!TOKEN.test(token)) throw wrongCall('SLUICE_TOKEN holds something that cannot be a token');
  const { TRACEPARENT: traceparent = '' } = env;
  return { url: url.replace(/\/+$/, ''), token, ...(TRACEPARENT.test(traceparent) ? { traceparent } : {}) };
}

function isHttp(url: string): boolean {
  return URL.canParse(url) && ['http:', 'https:'].includes(new URL(url).protocol);
}

/** Tokens are not an option of the command line, where every process of the machine could read them. */
function noToken(): CommandFailure {
  const problem = ownProblem('NO_TOKEN', 'no token', 'SLUICE_TOKEN is not set, so nobody knows who asks');
  return new CommandFailure(EXIT.notAllowed, problem, TOKEN_ADVICE);
}

export const TOKEN_ADVICE: readonly string[] = [
  '`npm start` leaves a token for each role in .sluice/tokens.json; elsewhere, ask who runs Sluice.',
  'To be the operator, for instance:',
  `export SLUICE_TOKEN=$(node -p 'JSON.parse(fs.readFileSync(".sluice/tokens.json")).tokens.find((t) => t.name === "operator").token')`,
];
