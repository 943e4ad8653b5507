import { describe, expect, it } from '@jest/globals';
import type { ReleaseOrder } from './commands.js';
import { EXECUTOR, given, happened, NEW, OLD, running } from './story.spec-support.js';

const limits = { unitsAtOnce: 2, retries: 1 };
const STARTED = running({ waves: [{ 'eu.1': 1 }, { 'eu.2': 3, 'us.1': 2 }], spec: { limits } });
const TURNED = STARTED.passes('eu.1').deploys('eu.2').deploys('us.1').does({ type: 'roll-back' });

const begin = (unit: string, batch = 'eu.2') => ({ type: 'begin-unit-rollback', batch, unit, from: NEW }) as const;
const BEGUN = TURNED.does(begin('eu.2-3'), EXECUTOR);
const error = { code: 'command-failed', message: 'exit code 1', retryable: true };

function back(how: { attempt?: number; to?: { version: string | null; healthy: boolean } } = {}): ReleaseOrder {
  const { attempt = 1, to = OLD } = how;
  return { type: 'record-unit-rolled-back', batch: 'eu.2', unit: 'eu.2-3', attempt, from: NEW, to };
}

function failed(how: { attempt?: number; retryable?: boolean } = {}): ReleaseOrder {
  const { attempt = 1, retryable = true } = how;
  return {
    type: 'record-unit-rollback-failed',
    batch: 'eu.2',
    unit: 'eu.2-3',
    attempt,
    error: { ...error, retryable },
  };
}

const failure = (data: object) => [{ type: 'UnitRollbackFailed.v1', data: expect.objectContaining(data) }];

describe('beginning to put a unit back', () => {
  it('says what it goes back to: what the log says it ran before', () => {
    expect(given(TURNED).when(begin('eu.2-3'), EXECUTOR)).toEqual([
      happened('UnitRollbackStarted.v1', {
        batch: 'eu.2',
        unit: 'eu.2-3',
        attempt: 1,
        key: 'checkout-2.0.0/eu.2/eu.2-3/rollback-1',
        from: NEW,
        to: '1.0.0',
      }),
    ]);
  });

  it('goes back to nothing where nothing ran', () => {
    const before = { version: null, healthy: false };
    const fresh = STARTED.does({ type: 'begin-unit', batch: 'eu.1', unit: 'eu.1-1', before }, EXECUTOR).finishes(
      'eu.1',
      'eu.1-1',
    );
    const [event] = given(fresh.does({ type: 'roll-back' })).when(begin('eu.1-1', 'eu.1'), EXECUTOR);
    expect(event).toMatchObject({ data: { to: null } });
  });

  it('takes as many at once as the release allows', () => {
    expect(given(BEGUN).when(begin('eu.2-2'), EXECUTOR)).toHaveLength(1);
    expect(given(BEGUN.does(begin('eu.2-2'), EXECUTOR)).when(begin('eu.2-1'), EXECUTOR)).toBe('NOT_DUE');
  });

  it('never takes a unit that is under way or back', () => {
    expect(given(BEGUN).when(begin('eu.2-3'), EXECUTOR)).toBe('NOT_DUE');
    expect(given(BEGUN.does(back(), EXECUTOR)).when(begin('eu.2-3'), EXECUTOR)).toBe('NOT_DUE');
  });

  it('begins with the newest wave, its batches side by side', () => {
    expect(given(TURNED).when(begin('us.1-1', 'us.1'), EXECUTOR)).toHaveLength(1);
    expect(given(TURNED).when(begin('eu.1-1', 'eu.1'), EXECUTOR)).toBe('NOT_DUE');
    const rest = TURNED.putsBack('eu.2', 'eu.2-3', 'eu.2-2', 'eu.2-1').putsBack('us.1', 'us.1-2');
    expect(given(rest).when(begin('eu.1-1', 'eu.1'), EXECUTOR)).toBe('NOT_DUE');
    expect(given(rest.putsBack('us.1', 'us.1-1')).when(begin('eu.1-1', 'eu.1'), EXECUTOR)).toHaveLength(1);
  });

  it('leaves batches alone that are not to go back', () => {
    const one = STARTED.passes('eu.1').deploys('eu.2').does({ type: 'roll-back', batch: 'eu.2' });
    expect(given(one).when(begin('eu.1-1', 'eu.1'), EXECUTOR)).toBe('NOT_DUE');
  });

  it('waits for the time of the next try', () => {
    const tried = BEGUN.does(failed(), EXECUTOR);
    expect(given(tried.after('999ms')).when(begin('eu.2-3'), EXECUTOR)).toBe('NOT_DUE');
    expect(given(tried.after('1s')).when(begin('eu.2-3'), EXECUTOR)).toMatchObject([{ data: { attempt: 2 } }]);
  });

  it('knows only units of the plan', () => {
    expect(given(TURNED).when(begin('eu.2-9'), EXECUTOR)).toBe('UNKNOWN_UNIT');
  });
});

describe('a unit that was put back', () => {
  it('RBK-2: is kept with what it ran and what it runs', () => {
    expect(given(BEGUN).when(back(), EXECUTOR)).toEqual([
      happened('UnitRolledBack.v1', { batch: 'eu.2', unit: 'eu.2-3', attempt: 1, from: NEW, to: OLD }),
    ]);
    expect(BEGUN.does(back(), EXECUTOR).unit('eu.2-3')).toMatchObject({
      status: 'rolled-back',
      touched: false,
      after: OLD,
    });
  });

  it('RBK-2: does not count as back in any other version than before', () => {
    expect(given(BEGUN).when(back({ to: NEW }), EXECUTOR)).toEqual(
      failure({
        error: {
          code: 'not-as-asked',
          message: 'eu.2-3 was to run 1.0.0 again; read back, it runs 2.0.0 and is healthy',
          retryable: true,
        },
      }),
    );
  });

  it('is heard of once, and only for the attempt that is under way', () => {
    expect(given(TURNED).when(back(), EXECUTOR)).toBe('STALE');
    expect(given(BEGUN).when(back({ attempt: 2 }), EXECUTOR)).toBe('STALE');
    expect(given(BEGUN.does(back(), EXECUTOR)).when(back(), EXECUTOR)).toBe('STALE');
    expect(given(BEGUN.does(failed(), EXECUTOR)).when(back(), EXECUTOR)).toBe('STALE');
    expect(given(TURNED).when({ ...back(), unit: 'eu.2-9' } as ReleaseOrder, EXECUTOR)).toBe('UNKNOWN_UNIT');
  });
});

describe('a unit that could not be put back', () => {
  it('is tried again later, as often as the release allows', () => {
    const first = new Date(BEGUN.now + 1_000).toISOString();
    expect(given(BEGUN).when(failed(), EXECUTOR)).toEqual(failure({ error, retryAt: first }));
    const second = BEGUN.does(failed(), EXECUTOR).after('1s').does(begin('eu.2-3'), EXECUTOR);
    expect(given(second).when(failed({ attempt: 2 }), EXECUTOR)).toEqual(failure({ attempt: 2, retryAt: null }));
  });

  it('is not tried again when that cannot help', () => {
    expect(given(BEGUN).when(failed({ retryable: false }), EXECUTOR)).toEqual(failure({ retryAt: null }));
    expect(BEGUN.does(failed({ retryable: false }), EXECUTOR).unit('eu.2-3')).toMatchObject({
      status: 'not-rolled-back',
      touched: true,
    });
  });
});
