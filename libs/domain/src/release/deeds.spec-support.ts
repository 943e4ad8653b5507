import type { ReleaseOrder } from './commands.js';
import type { Effect } from './next.js';
import { stage, stageWell } from './staging-deeds.spec-support.js';
import { isEnd } from './status.js';
import { AUTHOR, COLLEAGUE, EXECUTOR, NEW, OBSERVER, OPERATOR, STARTER } from './story.spec-support.js';
import { VERDICTS, type VerdictKind } from './verdict.js';
import type { ObservedBatch, World } from './world.spec-support.js';

/** Something that somebody does. The numbers choose: to what, and how it goes. */
type Deed = (world: World, pick: number, how: number) => void;

/** How an effect on a unit may end. `lies`: it claims to be done and is not. */
const TROUBLES = ['fails', 'fails-unchanged', 'fails-for-good', 'lies'] as const;
type Ending = 'works' | (typeof TROUBLES)[number];

const WAITS = ['1s', '5s', '1m', '5m', '10m', '30m', '73h'];
const INTERVALS = ['0s', '1s', '5m', '10m', '30m', '1h'];
const HALF_DONE = { version: null, healthy: false };
const SEEN = 'orders come in';

function chosen<T>(from: readonly T[], pick: number): T | undefined {
  return from[pick % Math.max(1, from.length)];
}

const work: Deed = (world, pick, how) => {
  const effect = chosen(world.agenda.effects, pick);
  const trouble = how % 4 === 0 ? chosen(TROUBLES, pick + how) : undefined;
  if (effect) workOn(world, effect, trouble ?? 'works');
};

/** Takes one step of an effect: it is begun, or comes to its end. */
function workOn(world: World, effect: Effect, ending: Ending): void {
  const step = {
    deploy: effect.inFlight ? deploy : beginDeploy,
    'roll-back': effect.inFlight ? putBack : beginToPutBack,
  };
  world.machine(EXECUTOR, step[effect.kind](world, effect, ending));
}

type Step = (world: World, effect: Effect, ending: Ending) => ReleaseOrder;

const beginDeploy: Step = (world, { batch, unit: { id } }, ending) => {
  const { attempt } = world.unit(id);
  const before = world.runs(id);
  if (ending === 'lies') return failedDeploy(world, { batch, unit: id, ending: 'fails-unchanged' });
  if (before.version !== NEW.version || !before.healthy) return { type: 'begin-unit', batch, unit: id, before };
  return { type: 'record-unit-deployed', batch, unit: id, attempt, before, after: before, changed: false };
};

const deploy: Step = (world, { batch, unit: { id } }, ending) => {
  const before = world.runs(id);
  if (ending === 'works') world.fleet.set(id, NEW);
  else if (ending !== 'fails-unchanged') world.fleet.set(id, HALF_DONE);
  if (ending !== 'works' && ending !== 'lies') return failedDeploy(world, { batch, unit: id, ending });
  const { attempt } = world.unit(id);
  return { type: 'record-unit-deployed', batch, unit: id, attempt, before, after: world.runs(id), changed: true };
};

function failedDeploy(world: World, how: { batch: string; unit: string; ending: Ending }): ReleaseOrder {
  const { batch, unit, ending } = how;
  const { attempt } = world.unit(unit);
  const error = { code: 'command-failed', message: 'exit code 1', retryable: ending !== 'fails-for-good' };
  return { type: 'record-unit-failed', batch, unit, attempt, error, unchanged: ending === 'fails-unchanged' };
}

const beginToPutBack: Step = (world, { batch, unit: { id } }) => ({
  type: 'begin-unit-rollback',
  batch,
  unit: id,
  from: world.runs(id),
});

const putBack: Step = (world, { batch, unit: { id } }, ending) => {
  const from = world.runs(id);
  const { before, rollbackAttempt: attempt } = world.unit(id);
  if (ending === 'works') world.fleet.set(id, before ?? HALF_DONE);
  if (ending === 'works' || ending === 'lies') {
    return { type: 'record-unit-rolled-back', batch, unit: id, attempt, from, to: world.runs(id) };
  }
  const error = { code: 'command-failed', message: 'exit code 1', retryable: ending !== 'fails-for-good' };
  return { type: 'record-unit-rollback-failed', batch, unit: id, attempt, error };
};

const observe: Deed = (world, pick, how) => {
  const found = chosen(world.observed(), pick);
  const verdict = how % 4 === 0 ? chosen(VERDICTS, pick + how) : 'passed';
  if (found && verdict) judge(world, found, verdict, chosen(world.machinesFor(found.id), how));
};

function judge(world: World, { id, batch }: ObservedBatch, verdict: VerdictKind, validator: string | undefined): void {
  if (!validator) return;
  const judgement = { verdict, sentence: `${validator} is ${verdict}`, evidence: {} };
  const deployedAt = batch.deployedAt ?? '';
  world.machine(OBSERVER, { type: 'record-verdict', batch: id, validator, deployedAt, ...judgement });
}

const confirm: Deed = (world, pick, how) => {
  const found = chosen(world.observed(), pick);
  const who = chosen([AUTHOR, STARTER, OPERATOR, COLLEAGUE], how);
  if (found && who) world.order({ type: 'confirm', batch: found.id, seen: SEEN }, who);
};

const changeInterval: Deed = (world, pick, how) => {
  const batch = chosen(world.batches, pick) ?? '';
  world.order({ type: 'change-interval', batch, to: chosen(INTERVALS, how) ?? '10m' }, OPERATOR);
};

/** Mostly one that has failed for good. */
const retry: Deed = (world, pick, how) => {
  const failed = world.failedUnits;
  const unit = chosen(how % 8 === 0 || failed.length === 0 ? world.allUnits : failed, pick) ?? '';
  world.order({ type: 'retry-unit', unit }, OPERATOR);
};

/** A unit comes, in a cluster of the plan or in another one, or one is gone. The executor reports it, or forgets to. */
const changeTopology: Deed = (world, pick, how) => {
  const cluster = chosen([...world.topology.keys(), 'late'], pick) ?? '';
  const units = world.topology.get(cluster) ?? [];
  world.changes += 1;
  const more = how % 2 > 0 ? [...units, `new-${world.changes}`] : units.filter((_, i) => i !== how % units.length);
  world.topology.set(cluster, more);
  if (how % 5 > 0) reportDrift(world, pick);
};

function reportDrift(world: World, pick: number): void {
  const planned = new Set(world.plannedUnits);
  const all = [...world.topology].map(([cluster, ids]) => ({ cluster, ids: ids.filter((id) => !planned.has(id)) }));
  const added = all
    .filter(({ ids }) => ids.length > 0)
    .map(({ cluster, ids }) => ({ cluster, units: ids.map((id) => ({ id, driver: 'exec' })) }));
  const taken = [...world.topology.values()].flat();
  const removed = [...planned].filter((id) => !taken.includes(id));
  const digest = taken.join(' ');
  const others = pick % 4 === 0 ? { taken: added.flatMap(({ units }) => units.slice(0, 1).map(({ id }) => id)) } : {};
  world.machine(EXECUTOR, { type: 'report-drift', revision: 3 + world.changes, digest, added, removed, ...others });
}

/** A message was delayed, or is sent twice. */
const repeat: Deed = (world, pick) => {
  const again = chosen(world.said, pick);
  if (again) world.order(again.order, again.actor);
};

const AHEAD = [1_000, 600_000, 3_600_000, 90_000_000];

/** The calendar is wrong, or was. */
const setCalendar: Deed = (world, pick, how) => {
  const by = chosen(AHEAD, pick) ?? 0;
  world.setCalendar(how % 3 === 0 ? -by : by);
};

const wait: Deed = (world, pick, how) => {
  if (how % 2 === 1 || !world.waitForAgenda()) world.waitFor(chosen(WAITS, pick) ?? '1s');
};

/** Everybody does what they should, and everything works: for so many steps, or until nothing is left to do. */
export function goOnWell(world: World, most = Number.POSITIVE_INFINITY): void {
  for (let steps = 0; steps < most && !isEnd(world.state.status); steps += 1) {
    if (steps > 2_000) throw new Error(`${world.state.status} after ${steps} steps`);
    doOneThingWell(world);
  }
}

function doOneThingWell(world: World): void {
  const { advance, effects } = world.agenda;
  const { status } = world.state;
  const [effect] = effects;
  const unjudged = world.observed().find((found) => !isJudged(world, found));
  if (advance) world.machine(EXECUTOR, { type: 'advance' });
  else if (effect) workOn(world, effect, 'works');
  else if (stageWell(world)) return;
  else if (world.isAborting) waitForMore(world);
  else if (unjudged && status !== 'rolling-back') judgeAll(world, unjudged);
  else if (status === 'held') resumeOrTurnBack(world);
  else waitForMore(world);
}

function waitForMore(world: World): void {
  if (!world.waitForAgenda()) throw new Error(`${world.state.status} and nothing to wait for`);
}

function isJudged(world: World, { id, batch }: ObservedBatch): boolean {
  const people = world.spec.validate.filter(({ confirm }) => confirm).map(({ name }) => name);
  return [...world.machinesFor(id), ...people].every((name) => batch.verdicts.get(name)?.verdict === 'passed');
}

function judgeAll(world: World, found: ObservedBatch): void {
  for (const validator of world.machinesFor(found.id)) judge(world, found, 'passed', validator);
  for (const who of [OPERATOR, COLLEAGUE]) world.order({ type: 'confirm', batch: found.id, seen: SEEN }, who);
}

function resumeOrTurnBack(world: World): void {
  if (world.order({ type: 'resume' }, OPERATOR) || world.order({ type: 'roll-back' }, OPERATOR)) return;
  throw new Error('held, and neither forward nor back');
}

/** All that can happen to a release that runs, by name, and how often it does in comparison. */
export const DEEDS = {
  work: [30, work],
  stage: [12, stage],
  advance: [15, (world) => world.machine(EXECUTOR, { type: 'advance' })],
  observe: [10, observe],
  wait: [8, wait],
  'go on well': [4, (world, _pick, how) => goOnWell(world, how % 20)],
  confirm: [3, confirm],
  resume: [3, (world) => world.order({ type: 'resume' }, OPERATOR)],
  repeat: [3, repeat],
  'retry a unit': [2, retry],
  'change the topology': [2, changeTopology],
  'change an interval': [2, changeInterval],
  'set the calendar': [2, setCalendar],
  'restart the executor': [1, (world, pick) => world.restartExecutor(chosen(WAITS, pick) ?? '1s')],
  pause: [1, (world) => world.order({ type: 'pause' }, OPERATOR)],
  'roll back a batch': [
    1,
    (world, pick) => world.order({ type: 'roll-back', batch: chosen(world.batches, pick) }, OPERATOR),
  ],
  'roll back': [0.5, (world) => world.order({ type: 'roll-back' }, OPERATOR)],
  abort: [0.2, (world) => world.order({ type: 'abort' }, OPERATOR)],
} as const satisfies Record<string, readonly [number, Deed]>;
