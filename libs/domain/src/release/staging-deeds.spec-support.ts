import { STAGING_BATCH } from '../planning/staging.js';
import type { StagingEffect } from './staging-agenda.js';
import { EXECUTOR, OBSERVER } from './story.spec-support.js';
import { VERDICTS, type VerdictKind } from './verdict.js';
import type { World } from './world.spec-support.js';

/**
 * How a change of the traffic may end. `answer-lost`: it works and nobody hears of it. `half`: it works and is said to
 * have failed. A router that is given up may divide by what it was told or not.
 */
const TROUBLES = ['answer-lost', 'fails', 'half', 'fails-for-good', 'half-for-good'] as const;
type Ending = 'works' | (typeof TROUBLES)[number];

/** What is due for the staging environment is done, one way or another; the numbers choose which. */
export function stage(world: World, pick: number, how: number): void {
  const trouble = how % 4 === 0;
  const verdict = (trouble ? VERDICTS[pick % VERDICTS.length] : undefined) ?? 'passed';
  const ending = (trouble ? TROUBLES[pick % TROUBLES.length] : undefined) ?? 'works';
  stageOn(world, verdict, ending);
}

/** It is done and works; whether there was anything to do. */
export function stageWell(world: World): boolean {
  return stageOn(world, 'passed', 'works');
}

function stageOn(world: World, verdict: VerdictKind, ending: Ending): boolean {
  const { staging } = world.agenda;
  if (staging?.kind === 'probe') probe(world, staging.deployedAt, verdict);
  if (staging?.kind === 'shift') shift(world, staging, ending);
  return staging !== null;
}

function probe(world: World, deployedAt: string, verdict: VerdictKind): void {
  const judgement = { verdict, sentence: `${STAGING_BATCH} is ${verdict}`, evidence: {} };
  world.machine(OBSERVER, { type: 'record-probe', deployedAt, ...judgement });
}

function shift(world: World, { shift: number, to }: Extract<StagingEffect, { kind: 'shift' }>, ending: Ending): void {
  if (ending !== 'fails' && ending !== 'fails-for-good') world.router = to;
  if (ending === 'answer-lost') return;
  if (ending === 'works') {
    world.machine(EXECUTOR, { type: 'record-traffic-shifted', shift: number });
    return;
  }
  const retryable = ending !== 'fails-for-good' && ending !== 'half-for-good';
  const error = { code: 'unreachable', message: 'the router does not answer', retryable };
  world.machine(EXECUTOR, { type: 'record-traffic-shift-failed', shift: number, error });
}
