import { describe, expect, it } from '@jest/globals';
import { readEnvironment } from '../documents/readers.js';
import type { ReleaseEvent } from './events.js';
import { ENVIRONMENT, planned, submission, submissionOf } from './sketch.spec-support.js';
import { THROUGH_STAGING } from './staging-story.spec-support.js';
import { AUTHOR, EXECUTOR, given, happened, Story, submitted } from './story.spec-support.js';

function eventsOf(order: ReturnType<typeof submission>): readonly ReleaseEvent[] {
  const outcome = given(Story.NOTHING).when(order, AUTHOR);
  if (typeof outcome === 'string') throw new Error(outcome);
  return outcome;
}

describe('submitting a release that begins in staging', () => {
  const sketch = planned(THROUGH_STAGING);
  const { staging } = sketch.plan;
  const events = eventsOf(submissionOf(sketch));

  it('pins the environment that it was planned with', () => {
    expect(events[0]).toMatchObject({ data: { environment: { name: 'checkout-staging', revision: 2 } } });
    expect(submitted(THROUGH_STAGING).state).toMatchObject({ environment: { name: 'checkout-staging', revision: 2 } });
  });

  it('writes the environment down, whole, and its units as the batch of wave 0', () => {
    if (!staging?.spec) throw new Error('the sketch has no staging');
    const { environment, spec, traffic, units } = staging;
    expect(events.slice(2, 4)).toEqual([
      happened('StagingPlanned.v1', { environment, spec, traffic }),
      happened('BatchPlanned.v1', {
        batch: 'staging',
        part: 1,
        wave: 0,
        cluster: 'checkout-staging',
        units: [...units],
        interval: '10m',
        cumulativeUnits: 0,
        cumulativeShare: 0,
      }),
    ]);
  });

  it('counts the units of production only', () => {
    expect(events[1]).toMatchObject({ type: 'PlanDrafted.v1', data: { batches: 3, units: 5 } });
  });

  it('goes on with a plan whose recording was interrupted, wherever that was', () => {
    const whole = submitted(THROUGH_STAGING);
    const finish = { type: 'finish-plan', plan: sketch.plan, digest: 'd1' } as const;
    for (let written = 1; written < whole.log.length; written += 1) {
      const cut = Story.NOTHING.with(events.slice(0, written), AUTHOR);
      const finished = cut.does(finish, EXECUTOR);
      expect(finished.log.map(({ type, data }) => ({ type, data }))).toEqual(events);
    }
  });

  it('is not possible with a plan that was made without its environment', () => {
    const blind = { ...sketch, plan: { ...sketch.plan, staging: staging && { ...staging, spec: null, units: [] } } };
    expect(() => eventsOf(submissionOf(blind))).toThrow('the plan was made without its environment checkout-staging');
  });

  it('keeps every event under its limit, for the largest environment that is read', () => {
    const unit = (i: number) => ({
      id: `staging-${i}`,
      address: `10.9.0.1:${i + 1}`,
      labels: { note: '仓'.repeat(115) },
    });
    const services = [0, 1].map((n) => ({
      name: n === 0 ? 'checkout' : 'orders',
      units: Array.from({ length: 170 }, (_, i) => unit(n * 170 + i)),
    }));
    const read = readEnvironment(JSON.stringify({ ...ENVIRONMENT, spec: { ...ENVIRONMENT.spec, services } }), 'e');
    if (!read.ok) throw new Error(read.problems[0]?.message);
    const { spec } = read.value;
    const plan = { ...sketch.plan, staging: staging && { ...staging, spec, units: spec.services[0]?.units ?? [] } };
    for (const event of eventsOf(submissionOf({ ...sketch, plan })))
      expect(Buffer.byteLength(JSON.stringify(event))).toBeLessThan(200 * 1024);
  });
});
