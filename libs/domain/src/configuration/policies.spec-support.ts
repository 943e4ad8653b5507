import fc from 'fast-check';
import { OwnRule, PolicySpec } from '../documents/policy.js';
import { RISKS } from '../documents/risk.js';
import { RULES } from '../planning/rule-ids.js';
import { formatDuration, toMs } from '../values/duration.js';

const LEVELS = ['intern', 'peer', 'owner', 'director', 'board'];
const PEOPLE = ['ada', 'bea', 'cem', 'dan'];

const minutes = fc.integer({ min: 0, max: 120 }).map((count) => `${count}m`);
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const times = fc.record({ standard: maybe(minutes), high: minutes, core: minutes });
const people = fc.integer({ min: 1, max: 4 });
const budget = maybe(fc.integer({ min: 1, max: 9 }));

const rules = fc.uniqueArray(
  fc.record({
    id: fc.constantFrom('ORG-1', 'ORG-2', 'ORG-3'),
    severity: fc.constantFrom('block', 'warn'),
    mode: fc.constantFrom('enforce', 'shadow', 'off'),
    when: fc.constantFrom('plan.units > 10', 'plan.units > 20'),
    message: fc.constantFrom('too many', 'too much'),
  }),
  { selector: ({ id }) => id },
);

const levels = fc
  .tuple(fc.subarray(LEVELS, { minLength: 2 }), fc.array(fc.nat(), { minLength: 4, maxLength: 4 }))
  .map(([list, picks]) => {
    const [standard, high, core, exception] = picks.map((pick) => pick % list.length).sort();
    const at = (index = 0) => list[index];
    const approvals = { standard: at(standard), high: at(high), core: at(core), exception: at(exception) };
    return { levels: list, approvals };
  });

/** Sound policies of every kind. */
export const policies: fc.Arbitrary<PolicySpec> = fc
  .record({
    minBatches: fc.integer({ min: 2, max: 9 }),
    firstBatch: fc.record({ maxUnits: fc.integer({ min: 1, max: 9 }), severity: fc.constantFrom('block', 'warn') }),
    total: times,
    observe: times,
    first: times,
    validation: fc.record({
      required: fc.boolean(),
      acceptable: fc.subarray(['metric', 'latency', 'log', 'confirm'], { minLength: 1 }),
      deployment: fc.subarray(['file', 'inspect'], { minLength: 1 }),
    }),
    staging: maybe(
      fc.record({ required: fc.subarray([...RISKS]), maxProduction: maybe(fc.constantFrom('1%', '5%', '100%')) }),
    ),
    people: maybe(fc.record({ standard: people, high: people, core: people, exception: people })),
    holders: maybe(
      fc.record(Object.fromEntries(LEVELS.map((level) => [level, fc.subarray(PEOPLE)])), { requiredKeys: [] }),
    ),
    budgets: maybe(fc.record({ topology: budget, cluster: budget })),
    modes: maybe(fc.dictionary(fc.constantFrom(...RULES), fc.constantFrom('enforce', 'shadow', 'off'), { maxKeys: 4 })),
    rules: maybe(rules),
    levels,
  })
  .map(({ levels: { levels: list, approvals }, ...spec }) => PolicySpec.parse({ ...spec, levels: list, approvals }));

/** A policy with one field changed; null when that field cannot be changed in this way any further. */
type Step = (spec: PolicySpec, pick: number) => PolicySpec | null;

/** One step for a field: to looser, and back. */
interface Steps {
  readonly looser: Step;
  readonly tighter: Step;
}

type Spec = Record<string, unknown>;

/** Reads and writes a field of two names, or of one. */
function field(at: string) {
  const [outer = '', inner] = at.split('.');
  const read = (spec: PolicySpec): unknown => {
    const value = (spec as unknown as Spec)[outer];
    return inner === undefined ? value : (value as Spec | undefined)?.[inner];
  };
  const write = (spec: PolicySpec, value: unknown): PolicySpec => {
    const old = (spec as unknown as Spec)[outer];
    return PolicySpec.parse({ ...spec, [outer]: inner === undefined ? value : { ...(old as Spec), [inner]: value } });
  };
  return { read, write };
}

function counted(at: string, looser: 1 | -1, bounds: { min: number; max: number; absent?: number }): Steps {
  const { read, write } = field(at);
  const step =
    (by: number): Step =>
    (spec, pick) => {
      const value = Number(read(spec) ?? bounds.absent ?? bounds.min) + by * (1 + (pick % 3));
      return value < bounds.min || value > bounds.max ? null : write(spec, value);
    };
  return { looser: step(looser), tighter: step(-looser) };
}

function timed(at: string): Steps {
  const { read, write } = field(at);
  const step =
    (by: number): Step =>
    (spec, pick) => {
      const ms = toMs(String(read(spec) ?? '0s')) + by * (1 + (pick % 90)) * 1_000;
      return ms < 0 ? null : write(spec, formatDuration(ms));
    };
  return { looser: step(-1), tighter: step(1) };
}

/** A field of a few words, the least strict first. */
function ranked(at: string, words: readonly unknown[]): Steps {
  const { read, write } = field(at);
  const step =
    (by: number): Step =>
    (spec) => {
      const value = words[words.indexOf(read(spec)) + by];
      return value === undefined ? null : write(spec, value);
    };
  return { looser: step(-1), tighter: step(1) };
}

function listed(at: string, all: readonly string[], adding: 'looser' | 'tighter', least = 1): Steps {
  const { read, write } = field(at);
  const entries = (spec: PolicySpec) => (read(spec) ?? []) as readonly string[];
  const more: Step = (spec, pick) => {
    const missing = all.filter((entry) => !entries(spec).includes(entry));
    return missing.length === 0 ? null : write(spec, [...entries(spec), missing[pick % missing.length]]);
  };
  const less: Step = (spec, pick) => {
    const gone = pick % Math.max(1, entries(spec).length);
    return entries(spec).length <= least
      ? null
      : write(
          spec,
          entries(spec).filter((_, i) => i !== gone),
        );
  };
  return adding === 'looser' ? { looser: more, tighter: less } : { looser: less, tighter: more };
}

function approval(use: keyof PolicySpec['approvals']): Steps {
  const step =
    (by: number): Step =>
    (spec) => {
      const { read, write } = field(`approvals.${use}`);
      const level = spec.levels[spec.levels.indexOf(String(read(spec))) + by];
      return level === undefined ? null : write(spec, level);
    };
  return { looser: step(-1), tighter: step(1) };
}

const holders: Steps = {
  looser: (spec, pick) => {
    if (!spec.holders) return null;
    if (pick % 5 === 0) return { ...spec, holders: undefined };
    const level = LEVELS[pick % LEVELS.length] ?? '';
    const now = spec.holders[level] ?? [];
    const more = PEOPLE.filter((id) => !now.includes(id));
    return more.length === 0 ? null : { ...spec, holders: { ...spec.holders, [level]: [...now, more[0] ?? ''] } };
  },
  tighter: (spec, pick) => {
    const level = LEVELS[pick % LEVELS.length] ?? '';
    const [gone, ...kept] = spec.holders?.[level] ?? [];
    return gone === undefined ? null : { ...spec, holders: { ...spec.holders, [level]: kept } };
  },
};

const MODES = ['off', 'shadow', 'enforce'] as const;

function moded(by: number): Step {
  return (spec, pick) => {
    const rule = RULES[pick % RULES.length] ?? 'BAT-1';
    const mode = MODES[MODES.indexOf(spec.modes?.[rule] ?? 'enforce') + by];
    return mode === undefined ? null : { ...spec, modes: { ...spec.modes, [rule]: mode } };
  };
}

/** Changes one of the rules; null when there is none, or it cannot be changed. */
function ruled(change: (rule: OwnRule) => OwnRule | null): Step {
  return (spec, pick) => {
    const rules = spec.rules ?? [];
    const index = pick % Math.max(1, rules.length);
    const rule = rules[index];
    const changed = rule && change(rule);
    return changed ? { ...spec, rules: rules.with(index, changed) } : null;
  };
}

const NEW = OwnRule.parse({ id: 'ORG-9', when: 'plan.units > 9', message: 'too many' });
const stays: Step = () => null;

/** For every field of a policy how it is made looser and tighter by one step. */
export const STEPS: Readonly<Record<string, Steps>> = {
  minBatches: counted('minBatches', -1, { min: 2, max: 20 }),
  'firstBatch.maxUnits': counted('firstBatch.maxUnits', 1, { min: 1, max: 20 }),
  'firstBatch.severity': ranked('firstBatch.severity', ['warn', 'block']),
  ...Object.fromEntries(
    ['total', 'observe', 'first'].flatMap((of) => RISKS.map((risk) => [`${of}.${risk}`, timed(`${of}.${risk}`)])),
  ),
  'validation.required': ranked('validation.required', [false, true]),
  'validation.acceptable': listed('validation.acceptable', ['metric', 'latency', 'log', 'confirm'], 'looser'),
  'validation.deployment': listed('validation.deployment', ['file', 'inspect'], 'looser'),
  'staging.required': listed('staging.required', RISKS, 'tighter', 0),
  'staging.maxProduction': ranked('staging.maxProduction', ['100%', '5%', '1%', '0.01%']),
  ...Object.fromEntries(
    [...RISKS, 'exception'].map((use) => [`people.${use}`, counted(`people.${use}`, -1, { min: 1, max: 10 })]),
  ),
  ...Object.fromEntries(
    ['topology', 'cluster'].map((of) => [
      `budgets.${of}`,
      counted(`budgets.${of}`, 1, { min: 1, max: 99, absent: 99 }),
    ]),
  ),
  ...Object.fromEntries(
    (['standard', 'high', 'core', 'exception'] as const).map((use) => [`approvals.${use}`, approval(use)]),
  ),
  holders,
  modes: { looser: moded(-1), tighter: moded(1) },
  levels: {
    // Somebody who meant nothing until now is above everybody.
    looser: (spec) => ({ ...spec, levels: [...spec.levels, 'emperor'] }),
    // What nobody needs stands below what anybody needs.
    tighter: (spec) => ({ ...spec, levels: ['novice', ...spec.levels.filter((level) => level !== 'novice')] }),
  },
  'rules[].id': {
    looser: (spec) => (spec.rules?.length ? { ...spec, rules: spec.rules.slice(1) } : null),
    tighter: (spec) =>
      spec.rules?.some(({ id }) => id === NEW.id) ? null : { ...spec, rules: [...(spec.rules ?? []), NEW] },
  },
  'rules[].severity': {
    looser: ruled((rule) => (rule.severity === 'block' ? { ...rule, severity: 'warn' } : null)),
    tighter: ruled((rule) => (rule.severity === 'warn' ? { ...rule, severity: 'block' } : null)),
  },
  'rules[].mode': {
    looser: ruled((rule) => (rule.mode === 'off' ? null : { ...rule, mode: 'off' })),
    tighter: ruled((rule) => (rule.mode === 'enforce' ? null : { ...rule, mode: 'enforce' })),
  },
  'rules[].when': { looser: ruled((rule) => ({ ...rule, when: `${rule.when} || plan.units > 30` })), tighter: stays },
  // Words are neither.
  'rules[].message': { looser: stays, tighter: ruled((rule) => ({ ...rule, message: `${rule.message}!` })) },
  'rules[].remedy': { looser: stays, tighter: ruled((rule) => ({ ...rule, remedy: 'fewer' })) },
};
