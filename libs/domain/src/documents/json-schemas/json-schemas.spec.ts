import { describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import type { z } from 'zod';
import { Environment } from '../environment/environment.js';
import { isRecord } from '../flaw.js';
import { FreezeWindow } from '../freeze-window.js';
import { Policy } from '../policy.js';
import { Release } from '../release.js';
import { Topology } from '../topology.js';
import { type DocumentKind, type JsonSchema, jsonSchemas } from './json-schemas.js';

const apiVersion = 'sluice/v1';
const metadata = { name: 'production' };

const SCHEMAS: Readonly<Record<DocumentKind, z.ZodType>> = { Topology, Release, Policy, Environment, FreezeWindow };

/** One sound document of each kind, with as many of its fields as there is room for. */
const DOCUMENTS: Readonly<Record<DocumentKind, unknown>> = {
  Topology: {
    apiVersion,
    kind: 'Topology',
    metadata,
    spec: {
      drivers: { exec: { inspect: ['i'], deploy: ['d'], rollback: ['r', '--now'], inspectTimeout: '5s' } },
      clusters: [
        {
          name: 'eu',
          kind: 'region',
          clusters: [
            { name: 'eu-1', kind: 'zone', clusters: [{ name: 'rack', kind: 'rack', units: [{ id: 'eu-1-a' }] }] },
          ],
          units: [{ id: 'eu-a', driver: 'exec', address: '127.0.0.1:80', labels: { tier: 'web' } }],
        },
      ],
    },
  },
  Release: {
    apiVersion,
    kind: 'Release',
    metadata,
    spec: {
      service: 'checkout',
      version: '2.4.0',
      risk: 'core',
      topology: 'production',
      policy: 'strict',
      staging: { environment: 'staging', traffic: { production: '0.5%', mode: 'mirror' }, observe: '10m' },
      rollout: [
        { clusters: ['eu-1'], batches: [1, '10%', '100%'] },
        { clusters: { kind: 'zone', in: 'us' }, exclude: ['us-9'], order: 'parallel', maxParallel: 2, batches: [3] },
      ],
      interval: { first: '20m', batches: { 'eu-1.2': '1h30m' }, adaptive: { min: '5m', max: '1h', after: 2 } },
      validate: [
        { name: 'errors', metric: { events: 'a', exposure: 'b', tolerance: '25%', guard: '2%' } },
        { name: 'log', log: { source: 'orders.log', pattern: 'placed', min: 10 } },
        { name: 'file', file: { path: '/build-info.json', sha256: 'a'.repeat(64) } },
        { name: 'second-look', confirm: { role: 'operator', people: 2 } },
      ],
      onFailure: 'hold',
      limits: { unitsAtOnce: 10, failedUnits: 0, unitTimeout: '60s', retries: 3 },
      conflict: 'queue',
      drift: 'include',
      emergency: true,
      reason: 'Ships the new tax table',
    },
  },
  Policy: {
    apiVersion,
    kind: 'Policy',
    metadata,
    spec: {
      minBatches: 3,
      total: { high: '90m' },
      staging: { required: ['core'], maxProduction: '5%' },
      people: { core: 2 },
      holders: { owner: ['peer', 'owner'], director: ['director'] },
      budgets: { topology: 2 },
      modes: { 'BAT-3': 'shadow' },
      levels: ['peer', 'owner', 'director'],
    },
  },
  Environment: {
    apiVersion,
    kind: 'Environment',
    metadata,
    spec: {
      services: [
        {
          name: 'checkout',
          units: [{ id: 's', address: '10.9.0.1:80' }],
          calls: ['prices', { to: 'mail', probe: '/m' }],
        },
        { name: 'prices', units: [{ id: 'p', address: '10.9.0.2:80' }], production: ['10.1.0.1:80'] },
      ],
      upstreams: [{ name: 'mail', addresses: ['10.3.0.1:25'], access: 'read-only' }],
      router: { sticky: { cookie: 'uid' }, haproxy: { admin: '/run/haproxy.sock', map: '/etc/haproxy/sluice.map' } },
      internal: { networks: ['10.20.0.0/16'], headers: [{ name: 'x-inside', value: 'yes' }] },
      calls: [{ otlp: true }],
    },
  },
  FreezeWindow: {
    apiVersion,
    kind: 'FreezeWindow',
    metadata,
    spec: {
      reason: 'The sale',
      timeZone: 'Europe/Berlin',
      from: '2026-12-24T18:00',
      duration: '2d',
      recurrence: 'FREQ=YEARLY',
      scope: { topologies: ['production'], clusters: { in: 'eu' }, risks: ['high'] },
    },
  },
};

const ajv = new Ajv({ strict: true, strictTypes: false, allErrors: true });
const all = jsonSchemas();
const validators = new Map(all.map(({ name, kind, schema }) => [kind ?? name, ajv.compile(schema)]));

function accepts(kind: DocumentKind | 'sluice', document: unknown): boolean {
  return validators.get(kind)?.(document) ?? false;
}

/** The errors of a document that is not accepted, as `place: message`. */
function complaints(kind: DocumentKind | 'sluice', document: unknown): string[] {
  const validate = validators.get(kind);
  validate?.(document);
  return (validate?.errors ?? []).map(({ instancePath, message, params }) =>
    [instancePath, message, params.additionalProperty].filter(Boolean).join(' '),
  );
}

const kinds = Object.keys(DOCUMENTS) as DocumentKind[];

describe('the JSON Schema', () => {
  it.each(kinds)(
    'of %s has an id, a title, and something to say of the kind and of every field of its spec',
    (kind) => {
      const { schema = {} }: { schema?: JsonSchema } = all.find((each) => each.kind === kind) ?? {};
      expect(schema).toMatchObject({ $id: expect.stringMatching(/^urn:sluice:schema:v1:[a-z-]+$/), title: kind });
      expect(schema.description).toEqual(expect.stringMatching(/\.$/));
      const { properties } = (schema.properties as { spec: { properties: Record<string, JsonSchema> } }).spec;
      const silent = Object.entries(properties).filter(([, { description }]) => typeof description !== 'string');
      expect(Object.keys(properties).length).toBeGreaterThan(1);
      expect(silent).toEqual([]);
      expect(JSON.stringify(schema)).not.toContain('x-sluice-fields');
    },
  );

  it.each(kinds)('of %s accepts a document that is accepted, and so does the one for all kinds', (kind) => {
    expect(SCHEMAS[kind].safeParse(DOCUMENTS[kind]).error).toBeUndefined();
    expect(complaints(kind, DOCUMENTS[kind])).toEqual([]);
    expect(complaints('sluice', DOCUMENTS[kind])).toEqual([]);
  });

  it.each(kinds)('of %s does not accept a document with a typo, and says where', (kind) => {
    const document = { ...(DOCUMENTS[kind] as object), sepc: {} };
    expect(complaints(kind, document)).toEqual(['must NOT have additional properties sepc']);
    expect(complaints('sluice', document)).toContain('must NOT have additional properties sepc');
    for (const other of kinds) if (other !== kind) expect(accepts(other, DOCUMENTS[kind])).toBe(false);
  });

  it('finds a typo however deep clusters are nested', () => {
    const text = JSON.stringify(DOCUMENTS.Topology).replace('"id":"eu-1-a"', '"id":"eu-1-a","adress":"here"');
    expect(complaints('Topology', JSON.parse(text))).toEqual([
      '/spec/clusters/0/clusters/0/clusters/0/units/0 must NOT have additional properties adress',
    ]);
  });

  it('for all kinds says of a kind that there is not which there are', () => {
    expect(complaints('sluice', { apiVersion, kind: 'Relaese', metadata, spec: {} })).toEqual([
      '/kind must be equal to one of the allowed values',
    ]);
    expect(accepts('sluice', { apiVersion, metadata, spec: {} })).toBe(false);
  });

  it('lets what has a default be left out', () => {
    const spec = {
      service: 'a',
      version: '1',
      topology: 't',
      rollout: [{ clusters: ['c'], batches: [1] }],
      reason: 'r',
    };
    expect(complaints('Release', { apiVersion, kind: 'Release', metadata, spec })).toEqual([]);
    expect(complaints('Policy', { apiVersion, kind: 'Policy', metadata, spec: {} })).toEqual([]);
  });

  it('accepts whatever is accepted when it is read, wherever a document is changed', () => {
    let read = 0;
    const changed = fc.constantFrom(...kinds).chain((kind) => {
      const places = placesIn(DOCUMENTS[kind]);
      return fc.record({ kind: fc.constant(kind), place: fc.constantFrom(...places), value: VALUE });
    });
    fc.assert(
      fc.property(changed, ({ kind, place, value }) => {
        const document = changedAt(DOCUMENTS[kind], place, value);
        if (!SCHEMAS[kind].safeParse(document).success) return;
        read += 1;
        expect(complaints(kind, document)).toEqual([]);
        expect(complaints('sluice', document)).toEqual([]);
      }),
      { numRuns: 2_000 },
    );
    expect(read).toBeGreaterThan(100);
  });
});

/** What may stand somewhere in a document, rightly or wrongly. */
const VALUE: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(
    '1%',
    '100%',
    '0.25%',
    '90s',
    '1h30m',
    '0s',
    'high',
    'eu-1',
    '/path',
    '10.0.0.0/8',
    'a:1',
    true,
    1,
    2,
  ),
  fc.nat(100),
  fc.constant(undefined),
  fc.array(fc.constantFrom('eu-1', 'a', 1, '50%', '100%'), { maxLength: 3 }),
  fc.constantFrom(
    {},
    { kind: 'zone' },
    { tier: 'web' },
    { default: '20m' },
    { name: 'x', kind: 'y', units: [{ id: 'z' }] },
  ),
  fc.string({ maxLength: 5 }),
);

type Place = readonly (string | number)[];

/** Every place in a value, its own parts included. */
function placesIn(value: unknown, at: Place = []): Place[] {
  const inner = Array.isArray(value)
    ? value.flatMap((part, i) => placesIn(part, [...at, i]))
    : isRecord(value)
      ? Object.entries(value).flatMap(([field, part]) => placesIn(part, [...at, field]))
      : [];
  return at.length > 1 ? [at, ...inner] : inner;
}

/** A copy that has another value in one place; undefined takes the field away. */
function changedAt(document: unknown, place: Place, value: unknown): unknown {
  const copy = structuredClone(document);
  const parent = place.slice(0, -1).reduce<unknown>((part, step) => (part as Record<string, unknown>)[step], copy);
  const step = place.at(-1) ?? '';
  if (value !== undefined) (parent as Record<string, unknown>)[step] = value;
  else if (isRecord(parent)) Reflect.deleteProperty(parent, step);
  return copy;
}
