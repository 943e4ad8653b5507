import { describe, expect, it } from '@jest/globals';
import type { ReleaseOrder } from './commands.js';
import type { Sketch } from './sketch.spec-support.js';
import { storyOf } from './statuses.spec-support.js';
import { EXECUTOR, given, happened, NEW, OLD, running, type Story } from './story.spec-support.js';

/** A batch of one, then batches of three and of one, two units at once. */
const WIDE: Sketch = {
  waves: [{ 'eu.1': 3 }, { 'eu.2': 3, 'us.1': 1 }],
  spec: { limits: { unitsAtOnce: 2, retries: 1 } },
};
const WIDE_RUN = running(WIDE);

const begin = (unit: string, batch = 'eu.1') => ({ type: 'begin-unit', batch, unit, before: OLD }) as const;
const error = { code: 'command-failed', message: 'exit code 1', retryable: true };

function deployed(unit: string, how: { attempt?: number; after?: typeof NEW; changed?: boolean } = {}): ReleaseOrder {
  const { attempt = 1, after = NEW, changed = true } = how;
  return { type: 'record-unit-deployed', batch: 'eu.1', unit, attempt, before: OLD, after, changed };
}

function failed(unit: string, how: { attempt?: number; retryable?: boolean; unchanged?: boolean } = {}): ReleaseOrder {
  const { attempt = 1, retryable = true, unchanged = false } = how;
  return { type: 'record-unit-failed', batch: 'eu.1', unit, attempt, error: { ...error, retryable }, unchanged };
}

function at(story: Story, seconds: number): string {
  return new Date(story.now + seconds * 1_000).toISOString();
}

describe('beginning a unit', () => {
  it('writes down what it ran, under a key of its own', () => {
    expect(given(WIDE_RUN).when(begin('eu.1-1'), EXECUTOR)).toEqual([
      happened('UnitDeployStarted.v1', {
        batch: 'eu.1',
        unit: 'eu.1-1',
        attempt: 1,
        key: 'checkout-2.0.0/eu.1/eu.1-1/1',
        before: OLD,
      }),
    ]);
  });

  it('may take any unit that waits, but not more than the limit at once', () => {
    const one = WIDE_RUN.begins('eu.1', 'eu.1-3');
    expect(given(one).when(begin('eu.1-1'), EXECUTOR)).toHaveLength(1);
    expect(given(one.begins('eu.1', 'eu.1-1')).when(begin('eu.1-2'), EXECUTOR)).toBe('NOT_DUE');
    expect(given(one.begins('eu.1', 'eu.1-1').finishes('eu.1', 'eu.1-3')).when(begin('eu.1-2'), EXECUTOR)).toHaveLength(
      1,
    );
  });

  it('never takes a unit that is in flight or done', () => {
    const begun = WIDE_RUN.begins('eu.1', 'eu.1-1');
    expect(given(begun).when(begin('eu.1-1'), EXECUTOR)).toBe('NOT_DUE');
    expect(given(begun.finishes('eu.1', 'eu.1-1')).when(begin('eu.1-1'), EXECUTOR)).toBe('NOT_DUE');
  });

  it('waits for the wave to open', () => {
    expect(given(WIDE_RUN).when(begin('eu.2-1', 'eu.2'), EXECUTOR)).toBe('NOT_DUE');
  });

  it('waits for the time of the next try', () => {
    const failedOnce = WIDE_RUN.begins('eu.1', 'eu.1-1').fails('eu.1', 'eu.1-1', { retryable: true });
    expect(given(failedOnce.after('999ms')).when(begin('eu.1-1'), EXECUTOR)).toBe('NOT_DUE');
    const [again] = given(failedOnce.after('1s')).when(begin('eu.1-1'), EXECUTOR);
    expect(again).toMatchObject({ data: { attempt: 2, key: 'checkout-2.0.0/eu.1/eu.1-1/2' } });
  });

  it('leaves its place to a unit that waits for its next try, so that no more are put at risk', () => {
    const trouble = WIDE_RUN.begins('eu.1', 'eu.1-1', 'eu.1-2')
      .fails('eu.1', 'eu.1-1', { retryable: true })
      .after('1s');
    expect(given(trouble).when(begin('eu.1-3'), EXECUTOR)).toBe('NOT_DUE');
    expect(given(trouble).when(begin('eu.1-1'), EXECUTOR)).toHaveLength(1);
    expect(given(trouble.finishes('eu.1', 'eu.1-2')).when(begin('eu.1-3'), EXECUTOR)).toHaveLength(1);
  });

  it('never changes more at once than may, even for a next try', () => {
    const inspected = failed('eu.1-3', { attempt: 0 });
    const full = WIDE_RUN.begins('eu.1', 'eu.1-1', 'eu.1-2').does(inspected, EXECUTOR).after('1s');
    expect(given(full).when(begin('eu.1-3'), EXECUTOR)).toBe('NOT_DUE');
    expect(given(full.finishes('eu.1', 'eu.1-1')).when(begin('eu.1-3'), EXECUTOR)).toHaveLength(1);
  });

  it('stops when more units have failed than may', () => {
    const tooMany = WIDE_RUN.begins('eu.1', 'eu.1-1').fails('eu.1', 'eu.1-1');
    expect(given(tooMany).when(begin('eu.1-2'), EXECUTOR)).toBe('NOT_DUE');
    const allowed = running({ ...WIDE, spec: { limits: { failedUnits: 1 } } })
      .begins('eu.1', 'eu.1-1')
      .fails('eu.1', 'eu.1-1');
    expect(given(allowed).when(begin('eu.1-2'), EXECUTOR)).toHaveLength(1);
  });

  it('goes by the earliest wave: a batch that is taken up again comes before those after it', () => {
    const secondWave = WIDE_RUN.deploys('eu.1').after('10m').judges('eu.1', 'passed').advances();
    const back = secondWave
      .does({ type: 'roll-back', batch: 'eu.1' })
      .putsBack('eu.1', 'eu.1-3', 'eu.1-2', 'eu.1-1')
      .advances();
    const resumed = back.does({ type: 'resume' });
    expect(given(resumed).when(begin('eu.2-1', 'eu.2'), EXECUTOR)).toBe('NOT_DUE');
    expect(given(resumed).when(begin('eu.1-1'), EXECUTOR)).toHaveLength(1);
    expect(given(resumed.passes('eu.1')).when(begin('eu.2-1', 'eu.2'), EXECUTOR)).toHaveLength(1);
  });

  it('knows only units of the plan, in their batches', () => {
    expect(given(WIDE_RUN).when(begin('eu.1-9'), EXECUTOR)).toBe('UNKNOWN_UNIT');
    expect(given(WIDE_RUN).when(begin('eu.1-1', 'eu.9'), EXECUTOR)).toBe('UNKNOWN_UNIT');
    expect(given(WIDE_RUN).when(begin('eu.2-1', 'eu.1'), EXECUTOR)).toBe('UNKNOWN_UNIT');
  });
});

describe('a unit that was deployed', () => {
  const begun = WIDE_RUN.begins('eu.1', 'eu.1-1');

  it('is kept with what it ran before and after', () => {
    expect(given(begun).when(deployed('eu.1-1'), EXECUTOR)).toEqual([
      happened('UnitDeployed.v1', {
        batch: 'eu.1',
        unit: 'eu.1-1',
        attempt: 1,
        before: OLD,
        after: NEW,
        changed: true,
      }),
    ]);
    expect(begun.finishes('eu.1', 'eu.1-1').unit('eu.1-1')).toMatchObject({
      status: 'deployed',
      before: OLD,
      after: NEW,
    });
  });

  it('is heard of once', () => {
    expect(given(begun.finishes('eu.1', 'eu.1-1')).when(deployed('eu.1-1'), EXECUTOR)).toBe('STALE');
  });

  it('is heard of only for the attempt that is under way', () => {
    const second = begun.fails('eu.1', 'eu.1-1', { retryable: true }).after('1s').begins('eu.1', 'eu.1-1');
    expect(given(second).when(deployed('eu.1-1', { attempt: 1 }), EXECUTOR)).toBe('STALE');
    expect(given(second).when(failed('eu.1-1', { attempt: 1 }), EXECUTOR)).toBe('STALE');
    expect(given(second).when(deployed('eu.1-1', { attempt: 2 }), EXECUTOR)).toHaveLength(1);
  });

  it('must have been begun, if anything was done to it', () => {
    expect(given(WIDE_RUN).when(deployed('eu.1-1', { attempt: 0 }), EXECUTOR)).toBe('STALE');
  });

  it.each([
    ['another version', { version: '1.0.0', healthy: true }, 'it runs 1.0.0 and is healthy'],
    ['an unhealthy one', { version: '2.0.0', healthy: false }, 'it runs 2.0.0 and is not healthy'],
    ['nothing', { version: null, healthy: false }, 'it runs nothing and is not healthy'],
  ])('OBS-2: counts as failed, to be tried again, when %s is read back', (_, after, found) => {
    const message = `eu.1-1 was to run 2.0.0 and be healthy; read back, ${found}`;
    expect(given(begun).when(deployed('eu.1-1', { after }), EXECUTOR)).toEqual([
      happened('UnitDeployFailed.v1', {
        batch: 'eu.1',
        unit: 'eu.1-1',
        attempt: 1,
        error: { code: 'not-as-asked', message, retryable: true },
        unchanged: false,
        retryAt: at(begun, 1),
      }),
    ]);
  });
});

describe('a unit that runs the new version already', () => {
  const same = (attempt = 0) => deployed('eu.1-1', { attempt, changed: false });

  it('needs not be begun, and is nothing to roll back', () => {
    expect(given(WIDE_RUN).when(same(), EXECUTOR)).toHaveLength(1);
    expect(WIDE_RUN.does(same(), EXECUTOR).unit('eu.1-1')).toMatchObject({ status: 'deployed', touched: false });
  });

  it('is looked at again when it is not its turn', () => {
    expect(given(WIDE_RUN.does({ type: 'pause' })).when(same(), EXECUTOR)).toBe('STALE');
    expect(given(WIDE_RUN.does({ type: 'roll-back' })).when(same(), EXECUTOR)).toBe('STALE');
    const elsewhere = { ...same(), batch: 'eu.2', unit: 'eu.2-1' } as ReleaseOrder;
    expect(given(WIDE_RUN).when(elsewhere, EXECUTOR)).toBe('STALE');
  });

  it('because an earlier try worked after all, is still rolled back with the others', () => {
    const tried = WIDE_RUN.begins('eu.1', 'eu.1-1').fails('eu.1', 'eu.1-1', { retryable: true });
    expect(given(tried).when(same(1), EXECUTOR)).toBe('STALE');
    const found = tried.after('1s').does(same(1), EXECUTOR);
    expect(found.unit('eu.1-1')).toMatchObject({ status: 'deployed', before: OLD, touched: true });
  });
});

describe('a unit that could not be deployed', () => {
  const begun = WIDE_RUN.begins('eu.1', 'eu.1-1');
  const failure = (data: object) => [{ type: 'UnitDeployFailed.v1', data: expect.objectContaining(data) }];

  it('is tried again later, as often as the release allows', () => {
    expect(given(begun).when(failed('eu.1-1'), EXECUTOR)).toEqual(failure({ error, retryAt: at(begun, 1) }));
    const second = begun.does(failed('eu.1-1'), EXECUTOR).after('1s').begins('eu.1', 'eu.1-1');
    expect(given(second).when(failed('eu.1-1', { attempt: 2 }), EXECUTOR)).toEqual(failure({ retryAt: null }));
  });

  it('is not tried again when that cannot help', () => {
    expect(given(begun).when(failed('eu.1-1', { retryable: false }), EXECUTOR)).toEqual(failure({ retryAt: null }));
  });

  it('may have been in trouble before anything was done to it; that counts as a try', () => {
    expect(given(WIDE_RUN).when(failed('eu.1-1', { attempt: 0 }), EXECUTOR)).toEqual(
      failure({ attempt: 1, retryAt: at(WIDE_RUN, 1) }),
    );
    const once = WIDE_RUN.does(failed('eu.1-1', { attempt: 0 }), EXECUTOR).after('1s');
    expect(once.unit('eu.1-1')).toMatchObject({ status: 'retrying', attempt: 1, touched: false });
    expect(given(once).when(failed('eu.1-1', { attempt: 1 }), EXECUTOR)).toEqual(
      failure({ attempt: 2, retryAt: null }),
    );
    expect(given(WIDE_RUN).when(failed('eu.2-1', { attempt: 0 }), EXECUTOR)).toBe('UNKNOWN_UNIT');
    expect(given(WIDE_RUN.does({ type: 'pause' })).when(failed('eu.1-1', { attempt: 0 }), EXECUTOR)).toBe('STALE');
  });

  it('has nothing to undo when it is as it was', () => {
    expect(begun.fails('eu.1', 'eu.1-1', { unchanged: true }).unit('eu.1-1').touched).toBe(false);
    expect(begun.fails('eu.1', 'eu.1-1', { unchanged: false }).unit('eu.1-1').touched).toBe(true);
  });

  it('has something to undo if an earlier try left something behind, however harmless the last one was', () => {
    const half = begun.fails('eu.1', 'eu.1-1', { retryable: true }).after('1s');
    expect(half.begins('eu.1', 'eu.1-1').fails('eu.1', 'eu.1-1', { unchanged: true }).unit('eu.1-1').touched).toBe(
      true,
    );
    const inspected = half.does(failed('eu.1-1', { attempt: 1, unchanged: true }), EXECUTOR);
    expect(inspected.unit('eu.1-1')).toMatchObject({ status: 'failed', before: OLD, touched: true });
  });

  it('keeps what it ran before the first try, not what that left behind', () => {
    const half = { version: null, healthy: false };
    const second = begun.fails('eu.1', 'eu.1-1', { retryable: true }).after('1s');
    const again = second.does({ ...begin('eu.1-1'), before: half }, EXECUTOR);
    expect(again.unit('eu.1-1').before).toEqual(OLD);
    const clean = begun.fails('eu.1', 'eu.1-1', { retryable: true, unchanged: true }).after('1s');
    expect(clean.does({ ...begin('eu.1-1'), before: half }, EXECUTOR).unit('eu.1-1').before).toEqual(half);
  });

  it('is not tried again once its batch is on the way back or the release aborted', () => {
    const turned = begun.does({ type: 'roll-back' });
    expect(given(turned).when(failed('eu.1-1'), EXECUTOR)).toEqual(failure({ retryAt: null }));
    expect(given(begun.does({ type: 'abort' })).when(failed('eu.1-1'), EXECUTOR)).toEqual(failure({ retryAt: null }));
    expect(given(begun.does({ type: 'pause' })).when(failed('eu.1-1'), EXECUTOR)).toEqual(
      failure({ retryAt: at(begun, 1) }),
    );
  });

  it('says why in as many words as an event holds', () => {
    const order = { ...failed('eu.1-1'), error: { ...error, message: 'm'.repeat(9_000) } } as ReleaseOrder;
    const [event] = given(begun).when(order, EXECUTOR);
    expect(event).toMatchObject({ data: { error: { message: `${'m'.repeat(3_999)}…` } } });
  });
});

describe('an outcome after the end', () => {
  it('is not awaited when all was heard before', () => {
    expect(given(storyOf('completed')).when(deployed('eu.1-1'), EXECUTOR)).toBe('WRONG_STATE');
    expect(given(storyOf('rolled-back')).when(deployed('eu.1-1'), EXECUTOR)).toBe('WRONG_STATE');
  });
});
