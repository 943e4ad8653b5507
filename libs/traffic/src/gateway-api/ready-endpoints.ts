import { z } from 'zod';
import { RouterError } from '../errors.js';
import type { TimeLimit } from '../time-limit.js';
import type { KubernetesApi } from './api/kubernetes-api.js';

/** A page of slices; each holds at most a thousand endpoints of a service, a hundred by default. */
const EndpointSlices = z.object({
  metadata: z.object({ continue: z.string().optional() }).default({}),
  items: z.array(
    z.object({
      endpoints: z.array(z.object({ conditions: z.object({ ready: z.boolean().nullish() }).nullish() })).nullish(),
    }),
  ),
});

const SLICES_A_PAGE = 20;
const MAX_PAGES = 100;

/**
 * Whether a service has an endpoint that is ready for requests. An endpoint that says nothing counts as ready, as the API
 * has it; one that is ending says that it is not.
 *
 * @throws RouterError
 */
export async function hasReadyEndpoint(
  api: KubernetesApi,
  { service, namespace }: { readonly service: string; readonly namespace: string },
  limit: TimeLimit,
): Promise<boolean> {
  const what = `EndpointSlices of ${namespace}/${service}`;
  let next: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const { items, metadata } = await api.read(
      {
        path: `apis/discovery.k8s.io/v1/namespaces/${encodeURIComponent(namespace)}/endpointslices`,
        query: {
          labelSelector: `kubernetes.io/service-name=${service}`,
          limit: String(SLICES_A_PAGE),
          ...(next === undefined ? {} : { continue: next }),
        },
        what,
        form: EndpointSlices,
      },
      limit,
    );
    if (items.some(({ endpoints }) => endpoints?.some(({ conditions }) => conditions?.ready !== false))) return true;
    next = metadata.continue;
    if (!next) return false;
  }
  throw new RouterError('bad-answer', `${what} do not end after ${MAX_PAGES} pages`);
}
