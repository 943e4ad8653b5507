import { describe, expect, it } from '@jest/globals';
import { type Endpoint, pathParameters } from '../endpoints/endpoint.js';
import { ENDPOINTS } from '../endpoints/endpoints.js';
import { OPEN_API } from './open-api.js';

const document = JSON.parse(JSON.stringify(OPEN_API));

function referencesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([field, inner]) =>
    field === '$ref' && typeof inner === 'string' ? [inner] : referencesIn(inner),
  );
}

function resolve(reference: string): unknown {
  const steps = reference.replace(/^#\//, '').split('/');
  return steps.reduce((place: unknown, step) => (place as Record<string, unknown> | undefined)?.[step], document);
}

describe('the description', () => {
  it.each(Object.entries(ENDPOINTS))('has %s', (operationId, endpoint) => {
    const operation = document.paths[endpoint.path.replaceAll(/:(\w+)/g, '{$1}')]?.[endpoint.method.toLowerCase()];
    expect(operation).toMatchObject({ operationId, summary: endpoint.summary });
    const { reply, otherwise }: Endpoint = endpoint;
    const statuses = [reply, ...(otherwise ? [otherwise] : [])].map(({ status }) => String(status));
    expect(Object.keys(operation.responses)).toEqual([...statuses, 'default']);
    const inPath = operation.parameters.filter((parameter: { in: string }) => parameter.in === 'path');
    expect(inPath.map(({ name }: { name: string }) => name)).toEqual(pathParameters(endpoint.path));
    expect(operation.security).toEqual(endpoint.allow === 'anybody' ? [] : [{ token: [] }]);
  });

  it('refers to nothing that is not in it', () => {
    const references = new Set(referencesIn(document));
    expect(references.size).toBeGreaterThan(15);
    for (const reference of references)
      expect([reference, resolve(reference)]).toEqual([reference, expect.any(Object)]);
  });

  it('shows documents as they are written: what has a default may be left out', () => {
    const { Release, Cluster } = document.components.schemas;
    expect(Release.properties.spec.required).toEqual(['service', 'version', 'topology', 'rollout', 'reason']);
    expect(Cluster.properties.clusters.items).toEqual({ $ref: '#/components/schemas/Cluster' });
    expect(referencesIn(document.components.schemas.Topology)).toContain('#/components/schemas/Cluster');
  });

  it('tells queries field by field', () => {
    const { parameters } = document.paths['/v1/releases'].get;
    expect(parameters).toContainEqual({
      in: 'query',
      name: 'limit',
      required: false,
      schema: { type: 'integer', minimum: 1, maximum: 1_000, default: 50 },
    });
  });
});
