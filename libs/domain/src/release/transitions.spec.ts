import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { isReleaseEventType, RELEASE_EVENTS, type RecordedReleaseEvent, type ReleaseEventType } from './events.js';
import { evolve } from './evolve.js';
import { isStarted, type ReleaseState } from './state.js';
import { ENDS, RELEASE_STATUSES, type ReleaseStatus } from './status.js';
import { releaseIn, stagedReleaseIn } from './statuses.spec-support.js';
import { TRANSITIONS } from './transitions.js';

const GOLDEN = JSON.parse(readFileSync(new URL('./golden/release-events.v1.json', import.meta.url), 'utf8'));
const types = Object.keys(RELEASE_EVENTS).filter(isReleaseEventType);
const cells = types.flatMap((type) =>
  RELEASE_STATUSES.map((status) => ({ type, status, to: TRANSITIONS[type][status] })),
);
const possible = cells.filter(
  (cell): cell is { type: ReleaseEventType; status: ReleaseStatus; to: ReleaseStatus } => cell.to !== undefined,
);

function golden(type: ReleaseEventType): RecordedReleaseEvent {
  const meta = { commandId: 'golden', actor: { kind: 'person', id: 'olga' } };
  return { type, data: GOLDEN[type], at: '2026-01-05T09:00:00.000Z', revision: 99, meta } as RecordedReleaseEvent;
}

describe.each([
  ['goes straight to production', releaseIn],
  ['begins in staging', stagedReleaseIn],
])('the transition table of a release that %s', (_, releaseOf) => {
  it.each(RELEASE_STATUSES)('begins from one that is %s', (status) => {
    expect(releaseOf(status).status).toBe(status);
  });

  it.each(possible)('$type leads from $status to $to', ({ type, status, to }) => {
    const before = releaseOf(status);
    const after = evolve(before, golden(type));
    expect(after.status).toBe(to);
    expect(after).not.toBe(before);
  });

  it.each(cells.filter(({ to }) => to === undefined))(
    '$type changes nothing when the release is $status',
    ({ type, status }) => {
      const before = releaseOf(status);
      expect(evolve(before, golden(type))).toBe(before);
    },
  );
});

describe('what happens to the traffic of staging', () => {
  const OF_TRAFFIC: readonly ReleaseEventType[] = [
    'StagingProbed.v1',
    'TrafficShiftStarted.v1',
    'TrafficShifted.v1',
    'TrafficShiftFailed.v1',
  ];
  const ofTraffic = possible.filter(({ type }) => OF_TRAFFIC.includes(type));
  const traffic = (state: ReleaseState) => isStarted(state) && state.traffic;

  it.each(ofTraffic)('is known after $type when the release is $status', ({ type, status }) => {
    const before = stagedReleaseIn(status);
    expect(traffic(evolve(before, golden(type)))).not.toEqual(traffic(before));
  });

  it.each(ofTraffic)('is nothing to a release without staging: $type when it is $status', ({ type, status }) => {
    const before = releaseIn(status);
    const after = evolve(before, golden(type));
    expect(traffic(after)).toBeNull();
    expect(after).toEqual({ ...before, answers: expect.anything() });
  });
});

describe('the transition table', () => {
  it('has a row for every event', () => {
    expect(Object.keys(TRANSITIONS)).toEqual(types);
  });

  it('lets no release leave its end, but one that was completed and is rolled back', () => {
    const ends: readonly ReleaseStatus[] = ENDS;
    const leaving = possible.filter(({ status, to }) => ends.includes(status) && to !== status);
    expect(leaving).toEqual([{ type: 'RollbackStarted.v1', status: 'completed', to: 'rolling-back' }]);
  });

  it('can reach every status from the beginning', () => {
    const reached = new Set<ReleaseStatus>(['absent']);
    for (let size = 0; size < reached.size; ) {
      size = reached.size;
      for (const { status, to } of possible) if (reached.has(status)) reached.add(to);
    }
    expect([...reached].sort()).toEqual([...RELEASE_STATUSES].sort());
  });
});
