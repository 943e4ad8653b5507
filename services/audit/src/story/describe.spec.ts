import { describe as about, expect, it } from '@jest/globals';
import { MemoryEventStore, type RecordedEvent } from '#event-store';
import { badRelease, everythingElse, goodRelease } from '../spec/histories.js';
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
    const events = await told(goodRelease, badRelease, everythingElse);

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

  it('tell what was refused, and to whom', async () => {
    const events = await told(everythingElse);

    const refused = events.filter(({ type }) => type === 'CommandRefused.v1');
    expect(refused.map((event) => describe(readEvent(event)))).toEqual([
      'refused: approve by ada: SELF_APPROVAL, ada submitted this release; somebody else has to approve it',
    ]);
  });

  it('tell what stands against a plan', async () => {
    const events = await told(everythingElse);

    const plan = events.find(({ type, stream }) => type === 'PlanDrafted.v1' && stream === 'release-unphased');
    expect(plan && describe(readEvent(plan))).toMatch(
      /^plan of 1 batch over 3 units, no batching method, .*, 4 findings: BAT-1 \(blocks\): .*BAT-3 \(warns\) on eu-1\.1: /,
    );
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
