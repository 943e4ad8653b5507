import { describe as about, expect, it } from '@jest/globals';
import { MemoryEventStore, type RecordedEvent } from '#event-store';
import {
  badRelease,
  changedPolicy,
  everythingElse,
  goodRelease,
  stagedRelease,
  stoppedInStaging,
  surprises,
} from '../spec/histories.js';
import { World } from '../spec/world.js';
import { describe } from './describe.js';
import { EVENTS, readEvent } from './events.js';

async function told(...histories: ((world: World) => Promise<void>)[]): Promise<readonly RecordedEvent[]> {
  const world = new World(new MemoryEventStore());
  for (const history of histories) await history(world);
  return world.store.readAll({ limit: 10_000 });
}

about('the sentences of the story', () => {
  it('tell every type of event that there is', async () => {
    const events = await told(goodRelease, badRelease, stagedRelease, everythingElse, surprises);

    const types = new Set(events.map(({ type }) => type));
    expect([...types].sort()).toEqual(Object.keys(EVENTS).sort());
    for (const event of events) {
      const sentence = describe(readEvent(event));
      expect(sentence).toMatch(/\w/);
      expect(sentence).not.toMatch(/undefined|null|NaN|\[object/);
    }
  });

  it('tell a release that goes wrong', async () => {
    const events = await told(badRelease);

    expect(events.map((event) => describe(readEvent(event)))).toEqual([
      'submitted: checkout 3.0.0, risk standard, over topology production (revision 1), judged by policy default (as shipped)',
      'plan of 4 batches over 6 units, methods intra-cluster and inter-cluster-serial, takes at least 40m with 40m of observation, no findings',
      'eu-1.1 planned for wave 1: 1 unit of eu-1, observed for 10m; 1 unit changed by then',
      'eu-1.2 planned for wave 2: 2 units of eu-1, observed for 10m; 3 units changed by then',
      'us-1.1 planned for wave 3: 1 unit of us-1, observed for 10m; 4 units changed by then',
      'us-1.2 planned for wave 4: 2 units of us-1, observed for 10m; 6 units changed by then',
      expect.stringMatching(/^the plan is complete \(digest [0-9a-f]{12}\)$/),
      'ready to start',
      'started',
      'wave 1 opened: eu-1.1',
      'eu-1-a: deployment begun (attempt 1), it runs 1.0.0',
      'eu-1-a: 1.0.0 → 3.0.0',
      'eu-1.1 deployed: 1 unit',
      'errors says passed on eu-1.1: 3 of 100 requests failed, as before',
      'eu-1.1 passed',
      'wave 2 opened: eu-1.2',
      'eu-1-b: deployment begun (attempt 1), it runs 1.0.0',
      'eu-1-b: 1.0.0 → 3.0.0',
      'eu-1-c: deployment begun (attempt 1), it runs 1.0.0',
      'eu-1-c: 1.0.0 → 3.0.0',
      'eu-1.2 deployed: 2 units',
      'errors says failed on eu-1.2: 40 of 100 requests failed, 3 before',
      'eu-1.2 failed, by a verdict: errors: 40 of 100 requests failed, 3 before',
      'rollback of the release began: errors: 40 of 100 requests failed, 3 before',
      'eu-1-c: rollback begun (attempt 1), from 3.0.0 to 1.0.0',
      'eu-1-c: put back, 3.0.0 → 1.0.0',
      'eu-1-b: rollback begun (attempt 1), from 3.0.0 to 1.0.0',
      'eu-1-b: put back, 3.0.0 → 1.0.0',
      'eu-1.2 rolled back: 2 units',
      'eu-1-a: rollback begun (attempt 1), from 3.0.0 to 1.0.0',
      'eu-1-a: put back, 3.0.0 → 1.0.0',
      'eu-1.1 rolled back: 1 unit',
      'the release is rolled back: 3 units',
    ]);
  });

  it('tell a release that begins in staging, up to production', async () => {
    const events = await told(stagedRelease);

    const story = events.map((event) => describe(readEvent(event)));
    expect(story[1]).toMatch(/^environment checkout-staging registered as revision 1 /);
    expect(story[2]).toContain('production (revision 1), through environment checkout-staging (revision 1), judged by');
    expect(story.slice(4, 6)).toEqual([
      'begins in checkout-staging, a stack of 2 services behind haproxy, which is to get 100% of internal and 1% of production traffic',
      'staging planned, before production: 1 unit of checkout-staging, observed for 10m',
    ]);
    const production = story.indexOf('wave 1 opened: eu-1.1');
    expect(story.slice(production - 18, production + 1)).toEqual([
      'started',
      'staging opened, before any of production',
      'stage-a: deployment begun (attempt 1), it runs 1.0.0',
      'stage-a: 1.0.0 → 5.0.0',
      'staging deployed: 1 unit',
      'the closed loop could not be tried out (unavailable): /var/log/calls.ndjson cannot be read; tried again at 2026-03-01T09:00:03.500Z',
      'the closed loop held: 12 calls over 1 edge, none left',
      'letting 100% of internal traffic into staging (change 1)',
      '100% of internal traffic goes to staging now',
      'letting 100% of internal and 1% of production traffic into staging (change 2)',
      'could not move the traffic (change 2): the admin socket does not answer [unreachable]; tried again at 2026-03-01T09:00:05.000Z',
      '100% of internal and 1% of production traffic goes to staging now',
      'errors says passed on staging: 3 of 100 requests failed, as before',
      'closed-loop says passed on staging: 3 of 100 requests failed, as before',
      'traffic-share says passed on staging: 3 of 100 requests failed, as before',
      'taking 100% of internal and 1% of production traffic out of staging (change 3)',
      'traffic has left staging: nothing goes there, and nothing is under way any more',
      'staging passed',
      'wave 1 opened: eu-1.1',
    ]);
  });

  it('tell a release that staging keeps from production', async () => {
    const events = await told(stoppedInStaging);

    const bad = events.findIndex(({ type }) => type === 'VerdictReached.v1');
    expect(events.slice(bad).map((event) => describe(readEvent(event)))).toEqual([
      'errors says failed on staging: 40 of 100 requests failed, 3 before',
      'staging failed, by a verdict: errors: 40 of 100 requests failed, 3 before',
      'taking 100% of internal and 1% of production traffic out of staging (change 3)',
      'rollback of the release began: errors: 40 of 100 requests failed, 3 before',
      'traffic has left staging: nothing goes there, and nothing is under way any more',
      'stage-a: rollback begun (attempt 1), from 6.0.0 to 1.0.0',
      'stage-a: put back, 6.0.0 → 1.0.0',
      'staging rolled back: 1 unit',
      'the release is rolled back: 1 unit',
    ]);
  });

  it('tell what has become of a topology, what the release made of it, and what was tried again', async () => {
    const events = await told(surprises);

    const story = events.map((event) => describe(readEvent(event)));
    const of = (...types: string[]) => story.filter((_, i) => types.includes(events[i]?.type ?? ''));
    expect(of('UnitsDropped.v1', 'BatchAdded.v1', 'TopologyDrifted.v1')).toEqual([
      'left out of us-1.2, gone from the topology: us-1-c',
      'us-1.3 added as wave 5: 1 unit of us-1 came later, observed for 10m',
      'topology production has changed (revision 2): 1 unit added (us-1-d), 1 unit removed (us-1-c); the plan takes that up',
    ]);
    expect(of('UnitRetried.v1')).toEqual(['eu-1-a is tried again, and eu-1.1 is not done before it is']);
  });

  it('tell what was refused, and to whom', async () => {
    const events = await told(everythingElse);

    const refused = events.filter(({ type }) => type.endsWith('Refused.v1'));
    expect(refused.map((event) => describe(readEvent(event)))).toEqual([
      'refused: approve of policy default by ada: SELF_APPROVAL, ada proposed this version; somebody else has to approve it',
      'refused: approve by ada: SELF_APPROVAL, ada submitted this release; somebody else has to approve it',
    ]);
  });

  it('tell how a policy became looser, and who allowed it', async () => {
    const events = await told(changedPolicy);

    const story = events.filter(({ type }) => type !== 'ConfigurationPartRecorded.v1');
    expect(story.map((event) => `${event.meta.actor.id}: ${describe(readEvent(event))}`)).toEqual([
      expect.stringMatching(/^ada: policy default registered as revision 1 /),
      expect.stringMatching(
        /^ada: policy default proposed \(digest [0-9a-f]{12}\), to be approved at level director: the least time in all at high risk is 30m instead of 2h$/,
      ),
      expect.stringMatching(/^ada: refused: approve of policy default by ada: SELF_APPROVAL/),
      expect.stringMatching(
        /^dora: policy default: proposed version [0-9a-f]{12} approved at level director, in force as revision 5$/,
      ),
      expect.stringMatching(/^ada: policy default proposed .*; dora holds level director/),
      expect.stringMatching(/^dora: policy default: proposed version [0-9a-f]{12} rejected at level director$/),
    ]);
  });

  it('tell which of several approvals one is', async () => {
    const [event] = await told(goodRelease);
    const tell = (data: object) => describe(readEvent({ ...(event as RecordedEvent), type: 'ApprovalGiven.v1', data }));

    expect(tell({ level: 'owner', digest: 'd1' })).toBe('approved at level owner (plan d1)');
    expect(tell({ level: 'owner', digest: 'd1', nth: 1, of: 2 })).toBe('approved at level owner, 1 of 2 (plan d1)');
  });

  it('tell what stands against a plan', async () => {
    const events = await told(everythingElse);

    const plan = events.find(({ type, stream }) => type === 'PlanDrafted.v1' && stream === 'release-unphased');
    expect(plan && describe(readEvent(plan))).toMatch(
      /^plan of 1 batch over 3 units, no batching method, .*, 4 findings: BAT-1 \(blocks\): .*BAT-3 \(warns\) on eu-1\.1: /,
    );
  });

  it('tell of a rule in shadow that it stands against nothing', async () => {
    const events = await told(goodRelease);

    const plan = events.find(({ type }) => type === 'PlanDrafted.v1') as RecordedEvent;
    const finding = {
      rule: 'INT-2',
      severity: 'block',
      mode: 'shadow',
      batch: null,
      message: 'ends soon',
      remedy: 'wait',
    };
    const shadowed = readEvent({ ...plan, data: { ...(plan.data as object), findings: [finding] } });
    expect(describe(shadowed)).toMatch(/, 1 finding: INT-2 \(in shadow\): ends soon$/);
  });

  it('say so when an event is of a type from the future', async () => {
    const [event] = await told(goodRelease);

    const known = describe(readEvent({ ...(event as RecordedEvent), type: 'ReleaseBlessed.v7' }));
    expect(known).toBe('ReleaseBlessed.v7: something that this version of Sluice cannot read');
  });

  it('say so when the data of an event is not what its type says', async () => {
    const [event] = await told(goodRelease);

    const damaged = describe(readEvent({ ...(event as RecordedEvent), data: { release: 7 } }));
    expect(damaged).toBe('ReleaseSubmitted.v1: something that this version of Sluice cannot read');
  });
});
