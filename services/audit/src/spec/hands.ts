import {
  type Effect,
  isEnd,
  isStaging,
  isStarted,
  next,
  type ReleaseOrder,
  type StagingEffect,
  type Started,
  type UnitVersion,
  validatorsOf,
} from '#domain';
import type { Outcome } from '#runtime';
import type { World } from './world.js';

/** How units and validators behave. Everything goes well where nothing is said. */
interface Behaviour {
  readonly verdict?: (batch: string) => 'passed' | 'failed';
  /** Whether deploying to the unit fails, at this attempt. */
  readonly fails?: (unit: string, attempt: number) => boolean;
  /** Whether putting it back fails. */
  readonly failsBack?: (unit: string, attempt: number) => boolean;
  /** Whether the probe of the closed loop cannot be made, at this attempt. */
  readonly blindProbe?: (attempt: number) => boolean;
  /** Whether the router does not take this change of the traffic, at this attempt. */
  readonly stuckRouter?: (shift: number, attempt: number) => boolean;
}

/**
 * Executor and observer in small: does what is due, and moves the clock to when something is. Comes back when the
 * release has ended, or does not go on without a person.
 */
export async function carryOut(world: World, release: string, behaviour: Behaviour = {}): Promise<void> {
  for (;;) {
    const { state } = await world.book.fresh(release);
    if (!isStarted(state) || isEnd(state.status)) return;
    const { advance, effects, staging, wakeAt } = next(state, world.now, undefined, world.reading?.());
    const verdict = dueVerdict(state, behaviour);
    if (advance) await world.serve(release, { type: 'advance' });
    else if (effects.length > 0) for (const effect of effects) await apply(world, release, effect, state, behaviour);
    else if (staging) await world.serve(release, answerOf(staging, state, behaviour));
    else if (verdict) await world.serve(release, verdict);
    else if (wakeAt !== null && state.status !== 'held') world.now = wakeAt;
    else return;
  }
}

function apply(world: World, release: string, effect: Effect, state: Started, behaviour: Behaviour): Promise<void> {
  if (effect.kind === 'roll-back') return putBack(world, release, effect, behaviour);
  return deploy(world, release, effect, state.spec.version, behaviour);
}

async function deploy(
  world: World,
  release: string,
  { batch, unit: { id: unit } }: Effect,
  version: string,
  { fails }: Behaviour,
): Promise<void> {
  const before = read(world, unit);
  const attempt = attemptOf(await world.serve(release, { type: 'begin-unit', batch, unit, before }));
  if (attempt === null) return;
  if (fails?.(unit, attempt)) {
    const error = { code: 'DISK_FULL', message: 'no space left', retryable: attempt < 2 };
    await world.serve(release, { type: 'record-unit-failed', batch, unit, attempt, error, unchanged: true });
    return;
  }
  world.units.set(unit, version);
  const changed = before.version !== version;
  const after = read(world, unit);
  await world.serve(release, { type: 'record-unit-deployed', batch, unit, attempt, before, after, changed });
}

async function putBack(
  world: World,
  release: string,
  { batch, unit: { id: unit } }: Effect,
  { failsBack }: Behaviour,
): Promise<void> {
  const from = read(world, unit);
  const begun = await world.serve(release, { type: 'begin-unit-rollback', batch, unit, from });
  const attempt = attemptOf(begun);
  if (attempt === null) return;
  if (failsBack?.(unit, attempt)) {
    const error = { code: 'UNREACHABLE', message: 'no route to host', retryable: attempt < 2 };
    await world.serve(release, { type: 'record-unit-rollback-failed', batch, unit, attempt, error });
    return;
  }
  world.units.set(unit, targetOf(begun));
  const to = read(world, unit);
  await world.serve(release, { type: 'record-unit-rolled-back', batch, unit, attempt, from, to });
}

/** What comes of a probe, or of a change of the traffic. */
function answerOf(effect: StagingEffect, { traffic }: Started, { blindProbe, stuckRouter }: Behaviour): ReleaseOrder {
  if (effect.kind === 'shift') {
    const { shift } = effect;
    if (!stuckRouter?.(shift, (traffic?.tries ?? 0) + 1)) return { type: 'record-traffic-shifted', shift };
    const error = { code: 'unreachable', message: 'the admin socket does not answer', retryable: true };
    return { type: 'record-traffic-shift-failed', shift, error };
  }
  const { deployedAt } = effect;
  const judgement = blindProbe?.((traffic?.probeTries ?? 0) + 1)
    ? ({ verdict: 'unavailable', sentence: '/var/log/calls.ndjson cannot be read', evidence: { requests: 2 } } as const)
    : ({
        verdict: 'passed',
        sentence: '12 calls over 1 edge, none left',
        evidence: { requests: 2, leaks: 0 },
      } as const);
  return { type: 'record-probe', deployedAt, ...judgement };
}

/** The verdict of the first validator that has to say something. */
function dueVerdict(state: Started, { verdict }: Behaviour): ReleaseOrder | null {
  for (const number of state.active) {
    const { status, deployedAt, observedFrom, verdicts } = state.batches.at(number);
    const people = state.spec.validate.flatMap(({ name, confirm }) => (confirm ? [name] : []));
    const validator = validatorsOf(state, number).find((name) => !people.includes(name) && !verdicts.has(name));
    const batch = state.plan.batches[number]?.id;
    if (status !== 'observing' || deployedAt === null || validator === undefined || batch === undefined) continue;
    if (isStaging(state, number) && observedFrom === null) continue;
    const found = verdict?.(batch) ?? 'passed';
    const sentence = found === 'passed' ? '3 of 100 requests failed, as before' : '40 of 100 requests failed, 3 before';
    const evidence = { changed: { events: found === 'passed' ? 3 : 40, exposure: 100 } };
    return { type: 'record-verdict', batch, validator, deployedAt, verdict: found, sentence, evidence };
  }
  return null;
}

function read(world: World, unit: string): UnitVersion {
  const version = world.units.get(unit) ?? null;
  return { version, healthy: version !== null };
}

function dataOf(outcome: Outcome): object | null {
  const first = outcome.outcome === 'done' ? outcome.events[0] : undefined;
  return first ? (first.data as object) : null;
}

function attemptOf(outcome: Outcome): number | null {
  const data = dataOf(outcome);
  return data && 'attempt' in data ? Number(data.attempt) : null;
}

function targetOf(outcome: Outcome): string | null {
  const data = dataOf(outcome);
  return data && 'to' in data && typeof data.to === 'string' ? data.to : null;
}
