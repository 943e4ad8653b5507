import { types } from 'node:util';
import type { EnvironmentSpec, StackService } from '#domain';
import { RouterError } from '../errors.js';
import { routedServices } from '../routed-services.js';
import type { TimeLimit } from '../time-limit.js';
import { httpGet } from './http-get.js';

const ONE_ANSWER_MS = 2_000;

/**
 * Asks the units in staging that nginx sends requests to whether they are ready. nginx does not do that by itself.
 * @throws RouterError `not-ready` with what they said when a service has none that answers 2xx; `timed-out`, `interrupted`
 */
export async function requireReady(spec: EnvironmentSpec, limit: TimeLimit): Promise<void> {
  limit.check('the units were not asked');
  const unready = await Promise.all(routedServices(spec).map((service) => whyUnready(service, limit.signal)));
  limit.check('the units did not answer');
  const reasons = unready.filter((reason) => reason !== null);
  if (reasons.length > 0) throw new RouterError('not-ready', reasons.join('; '));
}

/** null as soon as one of the service's units has said that it is ready. */
async function whyUnready({ name, units, health }: StackService, patience: AbortSignal): Promise<string | null> {
  const asked = new AbortController();
  const signal = AbortSignal.any([patience, asked.signal, AbortSignal.timeout(ONE_ANSWER_MS)]);
  try {
    await Promise.any(units.flatMap(({ address }) => (address === undefined ? [] : [ready(address, health, signal)])));
    return null;
  } catch (error) {
    if (!(error instanceof AggregateError)) throw error;
    const said = error.errors.slice(0, 3).map((reason) => (types.isNativeError(reason) ? reason.message : reason));
    return `no unit of ${name} is ready: ${said.join(', ')}`;
  } finally {
    asked.abort();
  }
}

async function ready(address: string, path: string, signal: AbortSignal): Promise<void> {
  const { status } = await httpGet(address, path, signal);
  if (status < 200 || status > 299) throw new Error(`${address}${path} answers ${status}`);
}
