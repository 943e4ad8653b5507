import { types } from 'node:util';
import { type EnvironmentSpec, entryOf } from '#domain';
import { RouterError } from '../errors.js';
import { httpGet } from './http-get.js';
import type { TimeLimit } from './time-limit.js';

const ONE_ANSWER_MS = 2_000;

/**
 * Asks the units that clients come to in staging whether they are ready. nginx does not do that by itself.
 * @throws RouterError `not-ready` with what they said when none of them answers 2xx; `timed-out`, `interrupted`
 */
export async function requireReady(spec: EnvironmentSpec, limit: TimeLimit): Promise<void> {
  const { name, units, health } = entryOf(spec);
  limit.check('the units were not asked');
  const asked = new AbortController();
  const signal = AbortSignal.any([limit.signal, asked.signal, AbortSignal.timeout(ONE_ANSWER_MS)]);
  try {
    await Promise.any(units.flatMap(({ address }) => (address === undefined ? [] : [ready(address, health, signal)])));
  } catch (error) {
    if (!(error instanceof AggregateError)) throw error;
    limit.check(`no unit of ${name} answered`);
    const reasons = error.errors
      .slice(0, 3)
      .map((reason: unknown) => (types.isNativeError(reason) ? reason.message : reason));
    throw new RouterError('not-ready', `no unit of ${name} is ready: ${reasons.join('; ')}`, { cause: error });
  } finally {
    asked.abort();
  }
}

async function ready(address: string, path: string, signal: AbortSignal): Promise<void> {
  const { status } = await httpGet(address, path, signal);
  if (status < 200 || status > 299) throw new Error(`${address}${path} answers ${status}`);
}
