import { z } from 'zod';
import { RouterError, type RouterErrorCode } from '../../errors.js';
import { hasCode } from '../../node-error.js';
import { type Answer, TooLarge } from './exchange.js';

/** What the API server says when it does not do something; the few fields that matter here. */
const Status = z.object({
  kind: z.literal('Status'),
  message: z.string().default(''),
  details: z
    .object({
      causes: z
        .array(
          z.object({ reason: z.string().default(''), message: z.string().default(''), field: z.string().default('') }),
        )
        .default([]),
    })
    .default({ causes: [] }),
});
type Status = z.infer<typeof Status>;

/** So much of what another program says goes into an error. */
const MAX_SAID = 500;

/** What an answer other than a success means. `what` names the thing that was asked for. */
export function refusalOf({ status, text }: Answer, what: string): RouterError {
  const said = statusIn(text);
  if (status === 409) return new RouterError('conflict', conflict(said, what));
  if (status === 404) return new RouterError('refused', `there is no ${what}, or no Gateway API in this cluster`);
  if (status === 401) return new RouterError('refused', `${what}: the API server does not accept the token`);
  if (status >= 300 && status < 400) {
    return new RouterError(
      'refused',
      `${what}: the API server answers ${status}, a redirection, which is not followed`,
    );
  }
  return new RouterError(codeOf(status, said), `${what}: the API server answers ${status}${words(said)}`);
}

/** What an error of node's HTTP client says about the API server; null when it is nobody's but ours. */
export function troubleOf(error: unknown, what: string): RouterError | null {
  if (error instanceof TooLarge) return new RouterError('bad-answer', `${what}: the answer is ${error.message}`);
  if (!hasCode(error)) return null;
  const details = { cause: error };
  if (error.code.startsWith('HPE_') || error.code === 'EPROTO') {
    return new RouterError('bad-answer', `${what}: the API server does not speak HTTP: ${error.code}`, details);
  }
  if (error.code.includes('CERT') || error.code.startsWith('UNABLE_TO_') || error.code.startsWith('ERR_TLS_')) {
    return new RouterError('refused', `${what}: the API server's certificate is not trusted: ${error.code}`, details);
  }
  // node names no system call when the other side hangs up in the middle of an answer.
  if (!('syscall' in error) && error.code !== 'ECONNRESET') return null;
  return new RouterError('unreachable', `${what}: the API server cannot be reached: ${error.code}`, details);
}

function codeOf(status: number, said: Status | null): RouterErrorCode {
  // Deleted and made anew since it was read.
  if (said?.details.causes.some(({ field }) => field === 'metadata.uid')) return 'conflict';
  // What the cluster's version of the Gateway API does not know yet; the API server calls it an error of its own.
  if (said?.message.includes('field not declared in schema')) return 'refused';
  if (status === 429 || status >= 500) return 'unreachable';
  return status >= 400 ? 'refused' : 'bad-answer';
}

/** Names who manages which field; without that, says what the API server says. */
function conflict(said: Status | null, what: string): string {
  const owned = (said?.details.causes ?? [])
    .filter(({ reason }) => reason === 'FieldManagerConflict')
    .map(({ message, field }) => `${/"[^"]*"/.exec(message)?.[0] ?? 'somebody else'} manages ${field}`);
  if (owned.length === 0) return `${what} was changed by somebody else at the same time${words(said)}`;
  return `${what}: ${owned.join(', ').slice(0, MAX_SAID)}, and has to let go of it first`;
}

function words(said: Status | null): string {
  return said?.message ? `: ${said.message.slice(0, MAX_SAID)}` : '';
}

function statusIn(text: string): Status | null {
  const parsed = z.preprocess(parseJson, Status).safeParse(text);
  return parsed.success ? parsed.data : null;
}

/** Proxies in between answer in other forms: those say nothing. */
function parseJson(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
