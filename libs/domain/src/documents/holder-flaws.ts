import { type Flaw, isRecord } from './flaw.js';
import { didYouMean } from './nearest.js';

type Fields = Readonly<Record<string, unknown>>;

const USES = ['standard', 'high', 'core', 'exception'] as const;
const RISKS_THAT_ASK = ['high', 'core'] as const;

/**
 * What a policy that says who approves has to be beyond its form: holders of levels that there are, each person named
 * once in a level, and no approval asked for that can never be given, because too few people hold the level or one above.
 */
export function holderFlaws(policy: unknown): Flaw[] {
  const spec = isRecord(policy) ? policy.spec : undefined;
  if (!isRecord(spec) || !Array.isArray(spec.levels) || !isRecord(spec.approvals)) return [];
  const levels = spec.levels.filter((level) => typeof level === 'string');
  const people = isRecord(spec.people) ? spec.people : {};
  const held = isRecord(spec.holders) ? spec.holders : undefined;
  return [
    ...(held ? [...unknownLevels(held, levels), ...repeatedPeople(held), ...tooFew(held, levels, spec)] : []),
    ...easierExceptions(people, spec.approvals),
  ];
}

function unknownLevels(held: Fields, levels: readonly string[]): Flaw[] {
  return Object.keys(held)
    .filter((level) => !levels.includes(level))
    .map((level) => ({
      path: ['spec', 'holders', level],
      message: `level ${level} is not one of levels (${levels.join(', ')})${didYouMean(level, levels)}`,
    }));
}

function repeatedPeople(held: Fields): Flaw[] {
  return Object.entries(held).flatMap(([level, people]) =>
    namesIn(people).flatMap((name, i, names) =>
      names.indexOf(name) < i
        ? [{ path: ['spec', 'holders', level, i], message: `${name} holds level ${level} already` }]
        : [],
    ),
  );
}

/** Whoever holds a level can approve what a lower one is asked for. A standard release asks for nobody by itself. */
function tooFew(held: Fields, levels: readonly string[], spec: Fields): Flaw[] {
  const approvals = isRecord(spec.approvals) ? spec.approvals : {};
  const people = isRecord(spec.people) ? spec.people : {};
  return USES.flatMap((use) => {
    const level = approvals[use];
    const lowest = typeof level === 'string' ? levels.indexOf(level) : -1;
    const wanted = askedOf(people, use);
    if (lowest < 0 || (use === 'standard' && wanted < 2)) return [];
    const able = new Set(levels.slice(lowest).flatMap((name) => namesIn(held[name]))).size;
    if (able >= wanted) return [];
    const enough = able === 0 ? 'nobody holds one' : `only ${able} ${able === 1 ? 'holds' : 'hold'} one`;
    const asks = `asks for ${wanted} of level ${level} or above, but ${enough}`;
    const path = people[use] === undefined ? ['spec', 'approvals', use] : ['spec', 'people', use];
    return [{ path, message: `${asks}: ${named(use)} could never be approved` }];
  });
}

/** At one level, a release that breaks rules needs no fewer people than one that keeps them. */
function easierExceptions(people: Fields, approvals: Fields): Flaw[] {
  const wanted = askedOf(people, 'exception');
  const stricter = RISKS_THAT_ASK.find(
    (risk) => approvals[risk] === approvals.exception && askedOf(people, risk) > wanted,
  );
  if (stricter === undefined) return [];
  const more = `${askedOf(people, stricter)} of the same level`;
  const message = `asks for ${wanted} where risk ${stricter} needs ${more} without an exception`;
  return [{ path: ['spec', 'people', 'exception'], message }];
}

function askedOf(people: Fields, use: (typeof USES)[number]): number {
  const wanted = people[use];
  return typeof wanted === 'number' ? wanted : 1;
}

function namesIn(people: unknown): string[] {
  return Array.isArray(people) ? people.filter((name) => typeof name === 'string') : [];
}

function named(use: (typeof USES)[number]): string {
  return use === 'exception' ? 'an exception' : `a release of risk ${use}`;
}
