import { describe, expect, it } from '@jest/globals';
import { validateDocument } from './read-document.js';
import { Release } from './release.js';

/** What is wrong with a release that is sound but for `spec`, as `path message`. */
function told(spec: Record<string, unknown>): string[] {
  const usual = {
    service: 'checkout',
    version: '2.4.0',
    topology: 'production',
    rollout: [{ clusters: ['eu-1'], batches: [1, '100%'] }],
    reason: 'a test',
  };
  const release = { apiVersion: 'sluice/v1', kind: 'Release', metadata: { name: 'r' }, spec: { ...usual, ...spec } };
  const result = validateDocument(Release, release, 'release');
  return result.ok ? [] : result.problems.map(({ path, message }) => `${path} ${message}`.replace('spec.', ''));
}
const stage = (fields: Record<string, unknown>) => ({
  rollout: [{ clusters: ['eu-1'], batches: [1, '100%'], ...fields }],
});

describe('the batches of a stage', () => {
  it.each([
    [[1, '10%', '50%', '100%']],
    [['25%', '100%']],
    [[1, 4, 9]],
    [[5, '1%', '100%']],
    [['1%', 5, '100%']],
    [['100%']],
  ])('may be %j', (batches) => {
    expect(told(stage({ batches }))).toEqual([]);
  });

  it.each([
    [['50%', '20%', '100%'], 1, '50%'],
    [['50%', 3, '50%', '100%'], 2, '50%'],
    [[4, '10%', 2, '100%'], 2, '4'],
    [['100%', '100%'], 1, '100%'],
    [['100%', 7], 1, '100%'],
    [['20%', 1, '20%', 2, '100%'], 2, '20%'],
  ])('grow: %j does not at entry %d', (batches, at, before) => {
    expect(told(stage({ batches }))).toEqual([
      `rollout[0].batches[${at}] does not add to ${before} before it; sizes are cumulative`,
    ]);
  });

  it('are told so for each step that does not grow', () => {
    const [first, second] = told(stage({ batches: ['50%', '20%', '30%', '100%'] }));
    expect(first).toContain('batches[1] does not add to 50%');
    expect(second).toContain('batches[2] does not add to 50%');
  });

  it('reach the whole cluster', () => {
    expect(told(stage({ batches: [1, '50%'] }))).toEqual([
      'rollout[0].batches[1] must be 100%: the last batch reaches the whole cluster',
    ]);
  });
});

describe('a stage', () => {
  it('limits how many clusters run side by side only where they do', () => {
    expect(told(stage({ order: 'parallel', maxParallel: 2 }))).toEqual([]);
    const problem = 'rollout[0].maxParallel only means something with order: parallel';
    expect(told(stage({ order: 'serial', maxParallel: 2 }))).toEqual([problem]);
    expect(told(stage({ maxParallel: 2 }))).toEqual([problem]);
  });

  it('is told of that although its batches are wrong too', () => {
    expect(told(stage({ maxParallel: 2, batches: 'all' }))).toEqual([
      'rollout[0].batches must be a list',
      'rollout[0].maxParallel only means something with order: parallel',
    ]);
  });
});

describe('the validators of a release', () => {
  const metric = { events: 'errors_total', exposure: 'requests_total' };

  it('have names of their own', () => {
    expect(
      told({
        validate: [
          { name: 'a', metric },
          { name: 'b', metric },
          { name: 'a', metric },
        ],
      }),
    ).toEqual(['validate[2].name another validator is called a already']);
  });

  it('judge in exactly one way each', () => {
    const message = 'needs exactly one of metric, latency, log, file, confirm';
    expect(told({ validate: [{ name: 'a' }] })).toEqual([`validate[0] ${message}`]);
    expect(told({ validate: [{ name: 'a', metric, confirm: {} }] })).toEqual([`validate[0] ${message}`]);
  });

  it.each([
    [{ min: 1, pattern: '(' }, 'validate[0].log.pattern is not a regular expression'],
    [{}, 'validate[0].log needs min, max or both'],
    [{ min: 5, max: 4 }, 'validate[0].log.max must not be less than min'],
    [{ min: 1, per: '0s' }, 'validate[0].log.per must be longer than 0s'],
  ])('read logs by a rule that can be met: %j', (log, problem) => {
    expect(told({ validate: [{ name: 'a', log: { source: 'orders.log', pattern: 'x', ...log } }] })).toEqual([problem]);
  });

  it('compare with a digest that is one', () => {
    expect(told({ validate: [{ name: 'a', file: { path: 'build.json', sha256: '9f2c' } }] })).toEqual([
      'validate[0].file.path must start with /',
      'validate[0].file.sha256 must be 64 hexadecimal digits',
    ]);
  });
});

describe('limits', () => {
  it('give a unit some time', () => {
    expect(told({ limits: { unitTimeout: '0s' } })).toEqual(['limits.unitTimeout must be longer than 0s']);
  });
});

describe('the staging of a release', () => {
  const staging = (fields: Record<string, unknown>) =>
    told({ staging: { environment: 'checkout-staging', ...fields } });

  it('names an environment, and needs to say nothing else', () => {
    expect(staging({})).toEqual([]);
    expect(told({ staging: {} })).toEqual(['staging.environment is missing']);
  });

  it.each([
    ['0%', 'must be 0.01% to 100%'],
    ['100.01%', 'must be 0.01% to 100%'],
    ['0.125%', 'must be a share of traffic such as 1%, with at most two decimals'],
    ['1', 'must be a share of traffic such as 1%, with at most two decimals'],
    [1, 'must be a share of traffic such as 1%'],
  ])('takes no share of traffic that is %j', (share, message) => {
    expect(staging({ traffic: { production: share } })).toEqual([`staging.traffic.production ${message}`]);
    expect(staging({ traffic: { internal: share } })).toEqual([`staging.traffic.internal ${message}`]);
  });

  it('is observed for some time', () => {
    expect(staging({ observe: '0s' })).toEqual(['staging.observe must be longer than 0s']);
  });

  it('gets its traffic in one of two ways', () => {
    expect(staging({ traffic: { mode: 'mirror' } })).toEqual([]);
    expect(staging({ traffic: { mode: 'miror' } })).toEqual([
      'staging.traffic.mode must be one of split, mirror, did you mean `mirror`?',
    ]);
  });

  it.each(['closed-loop', 'traffic-share'])('is judged by %s: no validator of the release has that name', (name) => {
    expect(told({ validate: [{ name, metric: { events: 'errors', exposure: 'requests' } }] })).toEqual([
      `validate[0].name ${name} is what judges a staging environment; take another name`,
    ]);
  });
});
