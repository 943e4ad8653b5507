import { z } from 'zod';
import type { GatewayApiRouter } from '#domain';
import { RouterError } from '../../errors.js';
import type { TimeLimit } from '../../time-limit.js';
import { type Credentials, readCredentials } from './credentials.js';
import { type Answer, exchange, type Question } from './exchange.js';
import { refusalOf, troubleOf } from './failures.js';

/** Somewhere below the API server, and what to call it when it goes wrong. */
export interface Resource<T> {
  /** Without the leading slash. Names in it are encoded already. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly what: string;
  /** The fields that are needed of it. */
  readonly form: z.ZodType<T>;
}

/** The name under which the API server keeps which fields are ours. */
export const FIELD_MANAGER = 'sluice';

/** The few things that are asked of a Kubernetes API server. */
export class KubernetesApi {
  constructor(private readonly router: Pick<GatewayApiRouter, 'api' | 'tokenFile' | 'caFile'>) {}

  /** @throws RouterError */
  read<T>(resource: Resource<T>, limit: TimeLimit): Promise<T> {
    return this.ask(resource, { method: 'GET', url: this.urlOf(resource), signal: limit.signal }, limit);
  }

  /**
   * Server-side apply: the fields in `intent` get these values and are ours; those that were ours and are not in it any
   * more are taken away. Never takes a field from another manager.
   *
   * @returns the thing as it is now.
   * @throws RouterError `conflict`, naming the other manager and the field.
   */
  apply<T>(resource: Resource<T>, intent: object, limit: TimeLimit): Promise<T> {
    // Strict: a field that this cluster does not know is refused. Dropping it could turn a mirror of 1 % into one of all.
    const query = { fieldManager: FIELD_MANAGER, force: 'false', fieldValidation: 'Strict' };
    const url = this.urlOf({ ...resource, query: { ...resource.query, ...query } });
    // JSON is YAML.
    const headers = { 'content-type': 'application/apply-patch+yaml' };
    const body = JSON.stringify(intent);
    return this.ask(resource, { method: 'PATCH', url, headers, body, signal: limit.signal }, limit);
  }

  private async ask<T>({ what, form }: Resource<T>, question: Question, limit: TimeLimit): Promise<T> {
    const text = await this.answerTo(question, what, limit);
    const parsed = form.safeParse(parsedJson(text, what));
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    throw new RouterError('bad-answer', `${what}: the answer makes no sense at ${issue?.path.join('.')}`);
  }

  private async answerTo(question: Question, what: string, limit: TimeLimit): Promise<string> {
    limit.check(`${what}: the API server was not asked`);
    const credentials = await readCredentials(this.router);
    const { status, text } = await this.exchanged(question, credentials, what, limit);
    if (status >= 200 && status < 300) return text;
    throw refusalOf({ status, text: without(credentials.token, text) }, what);
  }

  private async exchanged(
    question: Question,
    credentials: Credentials,
    what: string,
    limit: TimeLimit,
  ): Promise<Answer> {
    try {
      return await exchange(question, credentials);
    } catch (error) {
      throw limit.ended(`${what}: the API server did not answer`) ?? troubleOf(error, what) ?? error;
    }
  }

  private urlOf({ path, query }: Pick<Resource<unknown>, 'path' | 'query'>): URL {
    const url = new URL(`${this.router.api.replace(/\/+$/, '')}/${path}`);
    url.search = new URLSearchParams(query).toString();
    return url;
  }
}

/** Debugging proxies answer with what they were sent; the token goes into no error. */
function without(token: string | undefined, text: string): string {
  return token === undefined ? text : text.replaceAll(token, '(token)');
}

function parsedJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new RouterError('bad-answer', `${what}: the answer is no JSON`);
  }
}
