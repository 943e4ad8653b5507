import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { MemoryEventStore } from '#event-store';
import { AUDIT, type StoryEntry } from '#messaging';
import { ProjectionRun } from '../projection/projection-run.js';
import { stagedRelease, stoppedInStaging } from '../spec/histories.js';
import { ReadModels } from '../spec/read-models.js';
import { World } from '../spec/world.js';
import { auditRelease } from './audit-release.js';
import { auditUnit } from './audit-unit.js';

// A real database, on machines that do something else as well.
jest.setTimeout(60_000);

let models: ReadModels;
let world: World;

beforeAll(async () => {
  models = await ReadModels.open();
  world = new World(new MemoryEventStore());
  await stagedRelease(world);
  await stoppedInStaging(world);
  const run = await ProjectionRun.start(world.store, models.database);
  await run.caughtUp();
  await run.stop();
});

afterAll(() => models.close());

describe('the audit of a staging environment', () => {
  it('holds what its traffic did, who moved it, why, and what that rests on', async () => {
    const { entries } = await auditRelease(models.database, AUDIT.auditRelease.request.parse({ release: 'staged' }));

    const evidence = (type: string) => entries.filter((entry) => entry.type === type).map((entry) => entry.evidence);
    expect(evidence('ReleaseSubmitted.v1')).toMatchObject([{ environment: { name: 'checkout-staging', revision: 1 } }]);
    expect(evidence('StagingPlanned.v1')).toMatchObject([{ services: ['checkout', 'prices'], upstreams: [] }]);
    expect(evidence('StagingProbed.v1')).toEqual([{ requests: 2 }, { requests: 2, leaks: 0 }]);
    expect(evidence('TrafficShiftStarted.v1').map((about) => about?.cause)).toEqual(['opening', 'opening', 'passed']);
    expect(evidence('TrafficShiftFailed.v1')).toMatchObject([{ code: 'unreachable', retryable: true }]);
    const shift = entries.find(({ type }) => type === 'TrafficShiftStarted.v1');
    expect(shift).toMatchObject({
      actor: { kind: 'rule', id: 'STG-1' },
      reason: 'staging is deployed and its calls stay inside',
      batch: 'staging',
      evidence: { from: { internal: '0%', production: '0%' }, to: { internal: '100%', production: '0%' } },
    } satisfies Partial<StoryEntry>);
  });

  it('tells what its units ran, as of all others', async () => {
    const { history } = await auditUnit(
      models.database,
      AUDIT.auditUnit.request.parse({ unit: 'stage-a' }),
      world.time,
    );

    expect(history.map(({ version, how, release, batch }) => [version, how, release, batch])).toEqual([
      ['5.0.0', 'rolled-back', 'stopped', 'staging'],
      ['6.0.0', 'deployed', 'stopped', 'staging'],
      ['5.0.0', 'deployed', 'staged', 'staging'],
      ['1.0.0', 'found', 'staged', 'staging'],
    ]);
  });
});
