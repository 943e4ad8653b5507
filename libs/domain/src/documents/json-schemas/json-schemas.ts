import { z } from 'zod';
import { Duration, PositiveDuration } from '../../values/duration.js';
import { HostPort } from '../../values/host-port.js';
import { Network } from '../../values/network.js';
import { Share } from '../../values/share.js';
import { TrafficShare } from '../../values/traffic.js';
import { Environment } from '../environment/environment.js';
import { isRecord } from '../flaw.js';
import { FreezeWindow } from '../freeze-window.js';
import { API_VERSION, Metadata } from '../metadata.js';
import { Policy } from '../policy.js';
import { Release } from '../release.js';
import { Topology } from '../topology.js';
import { wordsOn } from './field-words.js';
import { PLACE_WORDS } from './place-words.js';
import { POLICY_WORDS } from './policy-words.js';
import { RELEASE_WORDS } from './release-words.js';

/** A JSON Schema of draft 7, the draft that editors know best. */
export type JsonSchema = { readonly [keyword: string]: unknown };

/** A JSON Schema under a name that is safe in a file's name and in a URL: `freeze-window`. */
export interface NamedJsonSchema {
  readonly name: string;
  /** The `kind` of the documents that it is for; null for the one that takes every kind. */
  readonly kind: DocumentKind | null;
  readonly schema: JsonSchema;
}

const KINDS = { Topology, Release, Policy, Environment, FreezeWindow } as const;
/** What a document says that it is. */
export type DocumentKind = keyof typeof KINDS;

const WORDS: Readonly<Record<DocumentKind, string>> = {
  Topology: 'All units of an organisation, in a tree of clusters.',
  Release: 'One change of one service over one topology.',
  Policy: 'What an organisation asks of its releases. Every field has the value that ships.',
  Environment: 'A staging environment: an isolated copy of the production stack, and what lets traffic into it.',
  FreezeWindow: 'A time in which releases do not go on.',
};

const DIALECT = 'http://json-schema.org/draft-07/schema#';
/** Of the schema that takes every kind. */
const ANY = 'sluice';

type Words = Readonly<Record<string, string>>;

/** How values are written that a pattern alone does not explain. */
const FORMS: ReadonlyMap<unknown, string> = new Map<unknown, string>([
  [Duration, 'A duration such as 90s, 20m or 1h30m.'],
  [PositiveDuration, 'A duration such as 90s, 20m or 1h30m.'],
  [Share, 'A share such as 10%.'],
  [TrafficShare, 'A share of traffic such as 1%.'],
  [HostPort, 'An address and a port such as 10.0.0.1:8080.'],
  [Network, 'A network such as 10.0.0.0/8.'],
]);

const FIELDS = new Map<unknown, Words>([
  wordsOn(Metadata, { name: 'What the document is registered under.' }),
  ...RELEASE_WORDS,
  ...POLICY_WORDS,
  ...PLACE_WORDS,
]);

/**
 * The JSON Schemas of all kinds of documents, and one that takes any of them by its `kind`, from the same zod schemas
 * that documents are read by. What those accept these accept too; what depends on several fields at once, or on other
 * documents, only reading finds.
 */
export function jsonSchemas(): readonly NamedJsonSchema[] {
  const kinds = Object.keys(KINDS) as DocumentKind[];
  const single = kinds.map((kind) => ({ name: fileName(kind), kind, schema: schemaOf(kind) }));
  return [...single, { name: ANY, kind: null, schema: anyKind(single) }];
}

/** `FreezeWindow` is `freeze-window`. */
function fileName(kind: DocumentKind): string {
  return kind.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase();
}

function identity(name: string, title: string, description: string): JsonSchema {
  return { $schema: DIALECT, $id: `urn:${API_VERSION.replace('/', ':schema:')}:${name}`, title, description };
}

function schemaOf(kind: DocumentKind): JsonSchema {
  const marked = new Map<string, Words>();
  const { $schema: _, ...generated } = z.toJSONSchema(KINDS[kind], {
    io: 'input',
    target: 'draft-7',
    override: ({ zodSchema, jsonSchema }) => {
      const form = FORMS.get(zodSchema);
      if (form !== undefined) jsonSchema.description = form;
      // Zod's own name for it; the pattern beside it says the same.
      if (jsonSchema.format === 'starts_with') delete jsonSchema.format;
      const fields = FIELDS.get(zodSchema);
      if (!fields) return;
      // A field may share its schema with others until all is generated, so what is said of it is put in afterwards.
      const mark = `fields ${marked.size}`;
      marked.set(mark, fields);
      jsonSchema[MARK] = mark;
    },
  });
  const top = { apiVersion: 'The form of the document.', kind: 'What the document is.' };
  const all = { ...top, metadata: 'What the document says of itself.', spec: WORDS[kind] };
  const described = withWords({ ...generated, [MARK]: TOP }, new Map([...marked, [TOP, all]]));
  return { ...identity(fileName(kind), kind, WORDS[kind]), ...named(described) };
}

/** The keyword that goes with `if`. Written as a field it would look like a promise. */
const CONSEQUENCE = 'then';

const MARK = 'x-sluice-fields';
const TOP = 'top';

/** Puts what is to be said of fields where the marks are. */
function withWords(node: unknown, marked: ReadonlyMap<string, Words>): JsonSchema {
  return walk(node) as JsonSchema;

  function walk(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(walk);
    if (!isRecord(value)) return value;
    const { [MARK]: mark, ...rest } = value;
    const inner = Object.fromEntries(Object.entries(rest).map(([keyword, part]) => [keyword, walk(part)]));
    const words = marked.get(String(mark));
    if (!words || !isRecord(inner.properties)) return inner;
    const properties = Object.entries(inner.properties).map(([field, schema]) => [field, saying(words[field], schema)]);
    return { ...inner, properties: Object.fromEntries(properties) };
  }
}

function saying(words: string | undefined, schema: unknown): unknown {
  if (words === undefined || !isRecord(schema)) return schema;
  const { description, ...rest } = schema;
  return { description: description === undefined ? words : `${words} ${description}`, ...rest };
}

/** Clusters nest, so they are referred to: the only ones that do, under a name that the generator makes up. */
function named(schema: JsonSchema): JsonSchema {
  const definitions = isRecord(schema.definitions) ? Object.keys(schema.definitions) : [];
  const strange = definitions.filter((name) => name !== '__schema0');
  if (strange.length > 0) throw new Error(`a schema that refers to itself needs a name: ${strange.join(', ')}`);
  return JSON.parse(JSON.stringify(schema).replaceAll('__schema0', 'Cluster'));
}

function anyKind(kinds: readonly { readonly kind: DocumentKind; readonly schema: JsonSchema }[]): JsonSchema {
  const definitions: Record<string, unknown> = {};
  for (const { kind, schema } of kinds) {
    const { $schema: _, $id: __, definitions: inner, ...rest } = schema;
    Object.assign(definitions, inner, { [kind]: rest });
  }
  return {
    ...identity(ANY, 'Sluice', 'A document of Sluice, of any kind.'),
    type: 'object',
    properties: { apiVersion: { const: API_VERSION }, kind: { enum: kinds.map(({ kind }) => kind) } },
    required: ['apiVersion', 'kind'],
    // Not a choice between all of them: what is wrong is told for the kind that the document has.
    allOf: kinds.map(({ kind }) => ({
      if: { properties: { kind: { const: kind } }, required: ['kind'] },
      [CONSEQUENCE]: { $ref: `#/definitions/${kind}` },
    })),
    definitions,
  };
}
