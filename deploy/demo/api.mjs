import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { isNoAnswer } from '../local/no-answer.mjs';

const PATIENCE_MS = 15_000;
const TIMEOUT_MS = 10_000;
const MAY_PASS = new Set([502, 503, 504]);

/** The gateway's problem document, in a sentence. */
export class ApiError extends Error {
  /** @override */
  name = 'ApiError';
}

/**
 * @typedef {{ validator: string, verdict: string, sentence: string }} Verdict
 * @typedef {{ id: string, wave: number, cluster: string, units: string[], state: string, verdicts: Verdict[] }} Batch
 * @typedef {{ internal: string, production: string }} Split how much of each goes to staging
 * @typedef {{ now: Split, shiftingTo: Split | null, error: string | null }} Traffic
 * @typedef {{ verdict: string, sentence: string }} Probe
 * @typedef {{ id: string, units: string[], state: string, verdicts: Verdict[], traffic: Traffic, probe: Probe | null }} Staging
 * @typedef {{ id: string, name: string, version: string, state: string, hold?: unknown, staging?: Staging, batches: Batch[] }} Release
 * @typedef {{ at: string, type: string, batch?: string | null, actor: { kind: string, id: string }, reason?: string, sentence: string }} AuditEntry
 * @typedef {{ ok: boolean, streams: number, events: number, firstProblem?: unknown }} Integrity
 */

/** The HTTP interface as one person uses it. What may pass (a service that restarts) is tried again for a while. */
export class Api {
  #url;
  #token;

  /**
   * @param {string} url
   * @param {string | undefined} token
   */
  constructor(url, token) {
    this.#url = url;
    this.#token = token;
  }

  /** @param {string} path */
  get(path) {
    return this.#ask('GET', path, {});
  }

  /**
   * The same key goes with every try, so that the command is carried out once.
   * @param {string} path
   * @param {object} body
   */
  post(path, body) {
    return this.#ask('POST', path, {
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID() },
    });
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {{ body?: string, headers?: Record<string, string> }} request
   * @returns {Promise<any>}
   */
  async #ask(method, path, { body, headers }) {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      const response = await this.#send(method, path, body, headers);
      if (response instanceof Response && response.ok) return response.json();
      const problem = await describe(response);
      const mayPass = response instanceof Error || MAY_PASS.has(response.status);
      if (!mayPass || Date.now() > deadline) throw new ApiError(`${method} ${path}: ${problem}`);
      await sleep(500);
    }
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {string | undefined} body
   * @param {Record<string, string> | undefined} headers
   * @returns {Promise<Response | Error>} an error when there was no answer
   */
  async #send(method, path, body, headers) {
    try {
      return await fetch(`${this.#url}${path}`, {
        method,
        body: body ?? null,
        headers: { ...headers, authorization: `Bearer ${this.#token}` },
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
    } catch (error) {
      if (error instanceof Error && isNoAnswer(error)) return error;
      throw error;
    }
  }
}

/**
 * A problem document in a line; anything else as it came.
 * @param {Response | Error} response
 */
async function describe(response) {
  if (response instanceof Error) return response.message;
  const text = await response.text();
  if (!response.headers.get('content-type')?.includes('problem+json'))
    return `${response.status} ${text.slice(0, 2_000)}`;
  const { code, detail, errors = [] } = JSON.parse(text);
  return [
    `${response.status} ${code}: ${detail}`,
    ...errors.map((/** @type {unknown} */ one) => JSON.stringify(one)),
  ].join('\n');
}
