import { describe, expect, it } from '@jest/globals';
import { driversOf, productionBatches } from './plan-index.js';
import { DRIVERS, ENVIRONMENT, TWO_WAVES } from './sketch.spec-support.js';
import { storyAt } from './staging-story.spec-support.js';
import { running } from './story.spec-support.js';

describe('a plan that begins in staging', () => {
  const { plan } = storyAt('deploying').started;

  it('has the environment as the only batch of its first wave, and the batches of production after it', () => {
    expect(plan.waves.map((wave) => wave.map((number) => plan.batches[number]?.id))).toEqual([
      ['staging'],
      ['eu.1'],
      ['eu.2', 'us.1'],
    ]);
    expect(productionBatches(plan).map(({ id }) => id)).toEqual(['eu.1', 'eu.2', 'us.1']);
  });

  it('reaches the units of each by their own drivers', () => {
    const own = { exec: { inspect: ['peek'], deploy: ['put'], inspectTimeout: '1s' } };
    const { staging } = plan;
    if (!staging) throw new Error('the plan has no staging');
    const separate = { ...plan, staging: { ...staging, spec: { ...ENVIRONMENT.spec, drivers: own } } };
    expect(driversOf(separate, 'staging')).toEqual(own);
    expect(driversOf(separate, 'eu.1')).toEqual(DRIVERS);
  });

  it('reaches the units of an environment without drivers as those of production', () => {
    const { drivers: _drivers, ...spec } = ENVIRONMENT.spec;
    const { staging } = plan;
    if (!staging) throw new Error('the plan has no staging');
    expect(driversOf({ ...plan, staging: { ...staging, spec } }, 'staging')).toEqual(DRIVERS);
  });
});

describe('a plan that goes straight to production', () => {
  it('has nothing in the wave before the first', () => {
    const { plan } = running(TWO_WAVES).started;
    expect(plan).toMatchObject({ staging: null, waves: [[], [0], [1, 2]] });
    expect(productionBatches(plan)).toBe(plan.batches);
    expect(driversOf(plan, 'eu.1')).toEqual(DRIVERS);
  });
});
