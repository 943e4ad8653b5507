import { describe, expect, it } from '@jest/globals';
import type { ReleaseOrder } from './commands.js';
import {
  CLOSED,
  INNER,
  probed,
  shifted,
  since,
  storyAt,
  THROUGH_STAGING,
  trafficOf,
} from './staging-story.spec-support.js';
import { given, happened, OBSERVER, type Story } from './story.spec-support.js';
import type { VerdictKind } from './verdict.js';

const deployed = storyAt('deployed');

function probe(story: Story, verdict: VerdictKind = 'passed', how: Partial<ReleaseOrder> = {}): ReleaseOrder {
  const deployedAt = story.batch('staging').deployedAt ?? '';
  const order = {
    type: 'record-probe',
    deployedAt,
    verdict,
    sentence: `the loop is ${verdict}`,
    evidence: { calls: 4 },
  };
  return { ...order, ...how } as ReleaseOrder;
}

function word(verdict: VerdictKind, retryAt: string | null) {
  const data = { batch: 'staging', verdict, sentence: `the loop is ${verdict}`, evidence: { calls: 4 }, retryAt };
  return happened('StagingProbed.v1', data);
}

describe('STG-2: the probe of the closed loop', () => {
  it('lets the internal traffic in when it has passed', () => {
    expect(given(deployed).when(probe(deployed), OBSERVER)).toEqual([word('passed', null)]);
    expect(trafficOf(probed(deployed))).toMatchObject({ split: CLOSED, target: INNER, shifting: true });
  });

  it('fails the environment when a call does not stay inside, before any traffic came', () => {
    const failed = probed(deployed, 'failed');
    expect(since(deployed, failed)).toEqual(['StagingProbed', 'BatchFailed', 'RollbackStarted']);
    expect(failed.batch('staging').failure).toEqual({ cause: 'verdict', sentence: 'probe: the loop is failed' });
  });

  it.each(['undecided', 'unavailable', 'cancelled'] as const)('is tried again when it is %s', (verdict) => {
    const [first] = [deployed.after('1s').at];
    expect(given(deployed).when(probe(deployed, verdict), OBSERVER)).toEqual([word(verdict, first)]);
    const once = probed(deployed, verdict);
    expect(trafficOf(once)).toMatchObject({ target: CLOSED, probeTries: 1, probeRetryAt: first });
    const again = once.after('1s');
    expect(given(again).when(probe(again, verdict), OBSERVER)).toEqual([word(verdict, again.after('2s').at)]);
    expect(trafficOf(probed(again)).target).toEqual(INNER);
  });

  it('holds the release when it cannot be made, after as many tries as a unit has', () => {
    const sketch = { ...THROUGH_STAGING, spec: { limits: { retries: 1 } } };
    const once = probed(storyAt('deployed', sketch), 'unavailable');
    expect(once.state.status).toBe('running');
    const twice = probed(once.after('1s'), 'unavailable');
    const sentence = 'the closed loop could not be probed: the loop is unavailable';
    expect(twice.last(2)).toEqual([
      word('unavailable', null),
      happened('ReleaseHeld.v1', { cause: 'staging', sentence, batch: 'staging' }),
    ]);
  });

  it('is made anew, with all its tries, when a person goes on from that', () => {
    const sketch = { ...THROUGH_STAGING, spec: { limits: { retries: 0 } } };
    const held = probed(storyAt('deployed', sketch), 'undecided');
    const resumed = held.does({ type: 'resume' }).advances();
    expect(resumed.state.status).toBe('running');
    expect(trafficOf(resumed)).toMatchObject({ probe: null, probeTries: 0, probeRetryAt: null });
    expect(trafficOf(probed(resumed)).target).toEqual(INNER);
  });

  it('has been made once it has passed or failed: another word on it is no news', () => {
    expect(given(storyAt('opening')).when(probe(deployed, 'failed'), OBSERVER)).toEqual([]);
    const failed = deployed.does(probe(deployed, 'failed'), OBSERVER);
    expect(given(failed).when(probe(deployed, 'passed'), OBSERVER)).toEqual([]);
  });

  it('counts while the release is paused, but lets nothing in before it goes on', () => {
    const paused = probed(deployed.does({ type: 'pause' }));
    expect(trafficOf(paused)).toMatchObject({ probe: { verdict: 'passed' }, target: CLOSED });
    expect(trafficOf(paused.does({ type: 'resume' }).advances()).target).toEqual(INNER);
  });

  it('fails the environment while the release is paused', () => {
    expect(probed(deployed.does({ type: 'pause' }), 'failed').state.status).toBe('rolling-back');
  });

  it('is of this deployment, and of one that is still observed', () => {
    const earlier = probe(deployed, 'passed', { deployedAt: '2026-01-01T00:00:00.000Z' } as Partial<ReleaseOrder>);
    expect(given(deployed).when(earlier, OBSERVER)).toBe('STALE');
    expect(given(storyAt('deploying')).when(probe(storyAt('deploying')), OBSERVER)).toBe('STALE');
    expect(given(storyAt('passed')).when(probe(storyAt('passed')), OBSERVER)).toBe('STALE');
  });

  it('is forgotten when the environment is deployed anew', () => {
    const back = shifted(storyAt('observed').does({ type: 'roll-back', batch: 'staging' }).advances());
    const again = back.putsBack('staging', 'staging-2', 'staging-1').advances().does({ type: 'resume' });
    expect(trafficOf(again)).toMatchObject({ probe: null, leaving: false });
    const redeployed = again.after('1m').deploys('staging');
    expect(given(redeployed).when(probe(deployed), OBSERVER)).toBe('STALE');
    expect(given(redeployed).when({ type: 'advance' })).toEqual([]);
    expect(trafficOf(probed(redeployed)).target).toEqual(INNER);
  });

  it('says why in as many words as an event holds', () => {
    const order = probe(deployed, 'failed', { sentence: 's'.repeat(9_000) } as Partial<ReleaseOrder>);
    const failed = deployed.does(order, OBSERVER);
    expect(failed.last(1)).toMatchObject([{ data: { sentence: `${'s'.repeat(3_999)}…` } }]);
    expect(failed.advances().batch('staging').failure?.sentence).toMatch(/^probe: s{3992}…$/);
  });
});
