import { formatPath, type Path } from '../../documents/path.js';
import type { Intervals, ReleaseSpec } from '../../documents/release.js';
import { type Duration, formatDuration, toMs } from '../../values/duration.js';
import type { PlanFacts, Wave } from '../facts.js';
import type { PlannedBatch } from '../types.js';

const MINUTE = 60_000;
const SECOND = 1_000;

/** A field of the release's interval, and what it would have to be. */
export interface Setting {
  readonly path: Path;
  readonly to: Duration;
}

/** The field of the release that decides a batch's interval. */
export function intervalPath(facts: PlanFacts, batch: PlannedBatch): Path {
  if (facts.spec.interval.batches?.[batch.id] !== undefined) return ['spec', 'interval', 'batches', batch.id];
  return facts.spec.interval.first !== undefined && goesFirst(facts, batch) ? FIRST : DEFAULT;
}

/** The field that would decide the interval of a batch of the first wave and of no later one, there or not. */
export function firstIntervalPath(facts: PlanFacts, batch: PlannedBatch): Path {
  const path = intervalPath(facts, batch);
  return path === DEFAULT ? FIRST : path;
}

const FIRST: Path = ['spec', 'interval', 'first'];
const DEFAULT: Path = ['spec', 'interval', 'default'];

/** The last name of such a path tells the fields apart: no batch is called `first` or `default`. */
export function fieldOf(path: Path): string {
  return String(path.at(-1));
}

/** Batches by the field that decides their intervals. */
export function byField(
  batches: readonly PlannedBatch[],
  pathOf: (batch: PlannedBatch) => Path,
): ReadonlyMap<string, readonly PlannedBatch[]> {
  const groups = new Map<string, PlannedBatch[]>();
  for (const batch of batches) {
    const field = fieldOf(pathOf(batch));
    const group = groups.get(field);
    if (group) group.push(batch);
    else groups.set(field, [batch]);
  }
  return groups;
}

/** Its path without `spec`, as people say it. */
export function fieldName([, ...path]: Path): string {
  return formatPath(path);
}

/** The release with some of its intervals set. Where intervals adapt, their bounds make room for another default. */
export function withIntervals(spec: ReleaseSpec, settings: readonly Setting[]): ReleaseSpec {
  const own = settings.filter(({ path }) => path[2] === 'batches').map(({ path, to }) => [String(path[3]), to]);
  const general = settings.filter(({ path }) => path[2] !== 'batches').map(({ path, to }) => [String(path[2]), to]);
  const batches = own.length > 0 ? { batches: { ...spec.interval.batches, ...Object.fromEntries(own) } } : {};
  const interval: Intervals = { ...spec.interval, ...Object.fromEntries(general), ...batches };
  return { ...spec, interval: interval.default === spec.interval.default ? interval : makingRoom(interval) };
}

/** Bounds that the default is within. */
export function makingRoom(interval: Intervals): Intervals {
  if (!interval.adaptive) return interval;
  const { default: usual, adaptive } = interval;
  const min = toMs(usual) < toMs(adaptive.min) ? usual : adaptive.min;
  const max = toMs(usual) > toMs(adaptive.max) ? usual : adaptive.max;
  return { ...interval, adaptive: { ...adaptive, min, max } };
}

/**
 * The least change of one field that makes the waves' intervals add up to `wanted` milliseconds: a longer default when
 * there are waves that would be longer by it, otherwise a longer first interval, otherwise a longer last batch.
 */
export function lengthening(facts: PlanFacts, wanted: number): Setting {
  const waves = facts.waves.map((wave) => shared(facts, wave));
  const missing = wanted - facts.observation;
  if (waves.some(({ byDefault }) => byDefault))
    return { path: DEFAULT, to: formatDuration(leastDefault(waves, wanted)) };
  const [first] = facts.waves;
  const deciding = first?.batches.find((batch) => intervalPath(facts, batch) === FIRST);
  if (first && deciding) return { path: FIRST, to: formatDuration(roundUp(first.interval + missing)) };
  const last = facts.waves.at(-1);
  const longest = last?.batches.find((batch) => toMs(batch.interval) === last.interval);
  const path = ['spec', 'interval', 'batches', longest?.id ?? ''];
  return { path, to: formatDuration(roundUp((last?.interval ?? 0) + missing)) };
}

/** {@link lengthening} in words. */
export function longerIntervals(facts: PlanFacts, wanted: number): string {
  const { path, to } = lengthening(facts, wanted);
  if (path === DEFAULT) return `set ${fieldName(path)} to ${to} or more`;
  return `make the intervals ${formatDuration(wanted - facts.observation)} longer in all`;
}

/** What the policy asks for at the release's risk, in milliseconds; nothing is zero. */
export function askedFor(least: Readonly<Partial<Record<'standard' | 'high' | 'core', string>>>, facts: PlanFacts) {
  return toMs(least[facts.spec.risk] ?? '0s');
}

function goesFirst({ waves }: PlanFacts, batch: PlannedBatch): boolean {
  return waves[0]?.batches[0]?.wave === batch.wave;
}

/** What a wave's interval is made of: the longest of those that other fields decide, and perhaps the default. */
interface SharedInterval {
  readonly fixed: number;
  readonly byDefault: boolean;
}

function shared(facts: PlanFacts, { batches }: Wave): SharedInterval {
  let fixed = 0;
  let byDefault = false;
  for (const batch of batches) {
    if (intervalPath(facts, batch) === DEFAULT) byDefault = true;
    else fixed = Math.max(fixed, toMs(batch.interval));
  }
  return { fixed, byDefault };
}

/** Found by halving: the sum grows with the default, and `wanted` alone would be enough of it. */
function leastDefault(waves: readonly SharedInterval[], wanted: number): number {
  const sumWith = (usual: number) =>
    waves.reduce((sum, { fixed, byDefault }) => sum + (byDefault ? Math.max(fixed, usual) : fixed), 0);
  let [low, high] = [0, wanted];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (sumWith(middle) < wanted) low = middle + 1;
    else high = middle;
  }
  return roundUp(low);
}

/** To whole minutes, or to whole seconds below one: what people write. */
function roundUp(ms: number): number {
  const step = ms >= MINUTE ? MINUTE : SECOND;
  return Math.ceil(ms / step) * step;
}
