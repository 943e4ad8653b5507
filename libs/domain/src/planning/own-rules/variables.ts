/** A type as CEL names it (an object of {@link OBJECTS} by its name), and what it holds, for people who write rules. */
interface Described {
  readonly type: string;
  readonly about: string;
}

const DURATION = 'google.protobuf.Duration';

/** What an expression can look at, by the names of the objects. A field that is not in here is a flaw of the policy. */
export const OBJECTS = {
  Release: {
    service: { type: 'string', about: 'what is released' },
    version: { type: 'string', about: 'the version that it brings' },
    risk: { type: 'string', about: '`standard`, `high` or `core`' },
    topology: { type: 'string', about: 'the topology that it goes over' },
    reason: { type: 'string', about: 'why it is made' },
    emergency: { type: 'bool', about: 'it is to go through freeze windows' },
    onFailure: { type: 'string', about: '`rollback-batch`, `rollback-release` or `hold`' },
    conflict: { type: 'string', about: '`refuse` or `queue`' },
    drift: { type: 'string', about: '`hold`, `ignore` or `include`' },
    adaptive: { type: 'bool', about: 'its intervals follow what was observed' },
    limits: { type: 'Limits', about: 'how hard a batch is tried' },
  },
  Limits: {
    unitsAtOnce: { type: 'int', about: 'units of a batch that change at the same time' },
    failedUnits: { type: 'int', about: 'units of a batch that may fail before it fails' },
    unitTimeout: { type: DURATION, about: 'the time for one unit' },
    retries: { type: 'int', about: 'how often a unit is tried again' },
    verdictWithin: { type: DURATION, about: 'how long after its interval a batch may be without a verdict' },
  },
  Staging: {
    used: { type: 'bool', about: 'the release begins in a staging environment; otherwise all else in here is empty' },
    environment: { type: 'string', about: 'the name of the environment' },
    units: { type: 'int', about: "the service's units in it" },
    interval: { type: DURATION, about: 'how long it is observed' },
    production: { type: 'double', about: 'the share of production traffic that it gets, 0.0 to 1.0' },
    internal: { type: 'double', about: 'the share of internal traffic that it gets, 0.0 to 1.0' },
    mode: { type: 'string', about: '`split` or `mirror`' },
  },
  Plan: {
    batches: { type: 'list<Batch>', about: 'in the order in which they run' },
    waves: { type: 'list<Wave>', about: 'in the order in which they run' },
    clusters: { type: 'list<Cluster>', about: 'in the order in which they begin' },
    methods: { type: 'list<string>', about: '`intra-cluster`, `inter-cluster-serial`, `inter-cluster-distribution`' },
    units: { type: 'int', about: 'all units of production that change' },
    duration: { type: DURATION, about: 'from the first batch to completion, deploying not counted' },
    observation: { type: DURATION, about: "the sum of the waves' intervals" },
  },
  Batch: {
    id: { type: 'string', about: '`eu-1.2`' },
    number: { type: 'int', about: 'which of the batches of its cluster it is, from 1' },
    wave: { type: 'int', about: 'from 1' },
    cluster: { type: 'string', about: 'the cluster whose units they are' },
    units: { type: 'int', about: 'how many units it changes' },
    interval: { type: DURATION, about: 'how long it is observed' },
    cumulativeUnits: { type: 'int', about: 'units of the whole release that have changed once it has' },
    cumulativeShare: { type: 'double', about: 'the same as a share of all units, 0.0 to 1.0' },
    last: { type: 'bool', about: 'no batch of its cluster comes after it' },
  },
  Wave: {
    number: { type: 'int', about: 'from 1' },
    batches: { type: 'int', about: 'how many batches run in it side by side' },
    units: { type: 'int', about: 'how many units change in it' },
    interval: { type: DURATION, about: 'how long until the next may open' },
  },
  Cluster: {
    name: { type: 'string', about: 'its name in the topology' },
    units: { type: 'int', about: 'its units that change' },
    batches: { type: 'int', about: 'in how many batches' },
    firstUnits: { type: 'int', about: 'the units of the first of them' },
    largestUnits: { type: 'int', about: 'the units of the largest of them' },
    firstWave: { type: 'int', about: 'the wave in which it begins' },
    lastWave: { type: 'int', about: 'the wave in which it ends' },
  },
  Validator: {
    name: { type: 'string', about: 'its name in the release' },
    kind: { type: 'string', about: '`metric`, `latency`, `log`, `file` or `confirm`' },
    people: { type: 'int', about: 'how many have to confirm; 0 of any other kind' },
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, Described>>>>;
export type ObjectName = keyof typeof OBJECTS;

/** The variables of an expression, with what each is. */
export const VARIABLES = {
  release: { type: 'Release', about: 'the release as it was written, with its defaults' },
  staging: { type: 'Staging', about: 'the stage before production' },
  plan: { type: 'Plan', about: 'what the release comes to' },
  validators: { type: 'list<Validator>', about: 'what judges each batch' },
} as const satisfies Readonly<Record<string, Described>>;

/** A duration as the evaluator knows it. */
export interface CelDuration {
  readonly seconds: bigint;
  readonly nanos: number;
}

/** What a field of a type holds when an expression looks at it. */
export type Value<Type extends string> = Type extends 'string'
  ? string
  : Type extends 'int'
    ? bigint
    : Type extends 'double'
      ? number
      : Type extends 'bool'
        ? boolean
        : Type extends typeof DURATION
          ? CelDuration
          : Type extends `list<${infer Entry}>`
            ? readonly Value<Entry>[]
            : Type extends ObjectName
              ? ObjectValue<Type>
              : never;

/** The fields of an object with their values. */
export type ObjectValue<Name extends ObjectName> = {
  readonly [Key in keyof (typeof OBJECTS)[Name]]: (typeof OBJECTS)[Name][Key] extends { readonly type: infer Type }
    ? Value<Type & string>
    : never;
};

/** All variables with their values: what one evaluation looks at. */
export type Scene = {
  readonly [Name in keyof typeof VARIABLES]: Value<(typeof VARIABLES)[Name]['type']>;
};
