import { describe, expect, it } from '@jest/globals';
import type { ReleaseOrder } from './commands.js';
import type { Sketch } from './sketch.spec-support.js';
import { EXECUTOR, given, happened, OLD, running, type Story } from './story.spec-support.js';

type Handling = 'hold' | 'ignore' | 'include';
const waves: Sketch['waves'] = [{ 'eu.1': 1 }, { 'eu.2': 2, 'us.1': 2 }];
const sketch = (drift?: Handling): Sketch => ({ waves, spec: drift ? { drift } : {} });
const unit = (id: string) => ({ id, driver: 'exec' });
const report = (more: Partial<Extract<ReleaseOrder, { type: 'report-drift' }>> = {}) =>
  ({ type: 'report-drift', revision: 4, digest: 'd4', added: [], removed: [], ...more }) as const;
const CAME = { added: [{ cluster: 'eu', units: [unit('eu-8'), unit('eu-9')] }] };
const GONE = { removed: ['us.1-2'] };
const drifted = (data: object) =>
  expect.objectContaining({ type: 'TopologyDrifted.v1', data: expect.objectContaining(data) });
const WHY = 'topology production has 2 units more and 0 units less for it (revision 4)';

describe('DRF-1: a topology that changes while a release runs', () => {
  it('is written down with what came and what is gone, how it is taken up, and no more names than are read', () => {
    const many = Array.from({ length: 70 }, (_, i) => unit(`eu-${i}`));
    const story = running(sketch('ignore'));
    const told = story.does(report({ added: [{ cluster: 'eu', units: many }], ...GONE }), EXECUTOR);
    const named = { added: many.slice(0, 50).map(({ id }) => id), removed: ['us.1-2'] };
    expect(told.last(1)).toEqual([
      drifted({ topology: 'production', revision: 4, added: 70, removed: 1, handling: 'ignore', units: named }),
    ]);
  });

  it('is no news when nothing of it is about the release, when it was told already, and when a newer one was', () => {
    const story = running(sketch('ignore'));
    expect(given(story).when(report())).toEqual([]);
    expect(given(story).when(report({ ...CAME, revision: 3 }))).toEqual([]);
    const told = story.does(report(CAME), EXECUTOR);
    expect(given(told).when(report(CAME))).toEqual([]);
    expect(given(told).when(report({ ...CAME, revision: 5 }))).toEqual([]);
    expect(given(told).when(report({ ...GONE, revision: 5, digest: 'd5' }))).toEqual([drifted({ revision: 5 })]);
  });
});

describe('drift: hold, or nothing said of it', () => {
  it.each(['hold', undefined] as const)('holds the release at once, for a person: %s', (drift) => {
    const story = running(sketch(drift)).begins('eu.1', 'eu.1-1');
    const sentence = `${WHY}; sluice resume goes on with the units of its plan`;
    expect(given(story).when(report(CAME), EXECUTOR)).toEqual([
      drifted({ handling: 'hold', added: 2 }),
      happened('ReleaseHeld.v1', { cause: 'drift', sentence, batch: null }),
    ]);
  });

  it('lets what is under way in units come to its end, and goes on with the plan once a person says so', () => {
    const held = running(sketch()).begins('eu.1', 'eu.1-1').does(report(CAME), EXECUTOR);
    const passed = held.finishes('eu.1', 'eu.1-1').advances().after('10m').judges('eu.1', 'passed').advances();
    expect(passed.state).toMatchObject({ status: 'held', openWave: 1, drift: { waits: true } });
    const on = passed.does({ type: 'resume' }).advances();
    expect(on.state).toMatchObject({ status: 'running', openWave: 2, drift: { waits: false } });
    expect(on.started.plan.batches).toHaveLength(3);
  });

  it('holds at the next gate a release that was held for something else, also when that is its end', () => {
    const paused = running(sketch()).deploys('eu.1').does({ type: 'pause' }).does(report(CAME), EXECUTOR);
    expect(paused.state).toMatchObject({ hold: { cause: 'paused' } });
    const resumed = paused.does({ type: 'resume' });
    expect(resumed.state.status).toBe('running');
    expect(resumed.after('10m').judges('eu.1', 'passed').advances().state).toMatchObject({
      status: 'held',
      openWave: 1,
      hold: { cause: 'drift' },
    });
    const last = running(sketch()).passes('eu.1').deploys('eu.2').deploys('us.1').does({ type: 'pause' });
    const late = last.does(report(CAME), EXECUTOR).does({ type: 'resume' }).after('10m');
    const done = late.judges('eu.2', 'passed').judges('us.1', 'passed').advances();
    expect(done.state).toMatchObject({ status: 'held', hold: { cause: 'drift' } });
    expect(done.does({ type: 'resume' }).advances().state.status).toBe('completed');
  });

  it('is over by itself when the topology is as it was planned again', () => {
    const held = running(sketch()).does(report(CAME), EXECUTOR);
    expect(given(held).when(report({ revision: 5, digest: 'd5' }))).toEqual([
      drifted({ revision: 5, added: 0 }),
      happened('ReleaseResumed.v1', {}),
    ]);
    expect(held.does(report({ revision: 5, digest: 'd5' }), EXECUTOR).state).toMatchObject({ drift: { waits: false } });
  });
});

describe('drift: ignore', () => {
  it('tells of it and goes on as planned', () => {
    const story = running(sketch('ignore')).does(report({ ...CAME, ...GONE }), EXECUTOR);
    expect(story.state.status).toBe('running');
    expect(story.passes('eu.1').unitsOf('us.1')).toEqual(['us.1-1', 'us.1-2']);
    expect(story.passes('eu.1').begins('us.1', 'us.1-1', 'us.1-2').unit('us.1-2').status).toBe('deploying');
  });
});

describe('drift: include', () => {
  const story = running({ ...sketch('include'), interval: '20m' });
  const toTheEnd = (so: Story) => so.passes('eu.1').deploys('eu.2').passes('us.1').judges('eu.2', 'passed').advances();

  it('adds what came as batches of their own behind all others, a cluster at a time', () => {
    const added = [...CAME.added, { cluster: 'ap', units: [unit('ap-1')] }];
    expect(given(story).when(report({ added }))).toEqual([
      happened('BatchAdded.v1', {
        batch: 'eu.3',
        part: 1,
        wave: 3,
        cluster: 'eu',
        interval: '10m',
        units: [unit('eu-8'), unit('eu-9')],
        cumulativeUnits: 7,
        cumulativeShare: 0.875,
      }),
      happened('BatchAdded.v1', {
        batch: 'ap.1',
        part: 1,
        wave: 4,
        cluster: 'ap',
        interval: '10m',
        units: [unit('ap-1')],
        cumulativeUnits: 8,
        cumulativeShare: 1,
      }),
      drifted({ handling: 'include', added: 3 }),
    ]);
  });

  it('deploys, observes and judges them like any other, and is complete only then', () => {
    const late = toTheEnd(running(sketch('include')).does(report(CAME), EXECUTOR));
    expect(late.state).toMatchObject({ status: 'running', openWave: 3 });
    expect(late.batches['eu.3']).toBe('deploying');
    const observed = late.deploys('eu.3').after('9m').judges('eu.3', 'passed');
    expect(given(observed).when({ type: 'advance' })).toEqual([]);
    expect(observed.after('1m').advances().state.status).toBe('completed');
  });

  it('rolls them back with the rest', () => {
    const late = toTheEnd(running(sketch('include')).does(report(CAME), EXECUTOR)).deploys('eu.3');
    const back = late.judges('eu.3', 'failed').advances();
    expect(back.state).toMatchObject({ status: 'rolling-back', rollback: { scope: 'release' } });
    expect(back.putsBack('eu.3', 'eu-8', 'eu-9').batch('eu.3').inFlight).toEqual([]);
  });

  it('takes them in while the last wave is observed', () => {
    const last = running(sketch('include')).passes('eu.1').deploys('eu.2').deploys('us.1').after('10m');
    const late = last.does(report(CAME), EXECUTOR).judges('eu.2', 'passed').judges('us.1', 'passed').advances();
    expect(late.state).toMatchObject({ status: 'running', openWave: 3 });
  });

  it('writes many units in parts that fit an event, and reads them as one batch', () => {
    const many = Array.from({ length: 1_200 }, (_, i) => unit(`eu-${i}`));
    const large = running(sketch('include')).does(report({ added: [{ cluster: 'eu', units: many }] }), EXECUTOR);
    const parts = large.log.filter(({ type }) => type === 'BatchAdded.v1');
    expect(parts.map(({ data }) => (data as { part: number }).part)).toEqual([1, 2, 3]);
    expect(large.unitsOf('eu.3')).toHaveLength(1_200);
    expect(large.unit('eu-1199').status).toBe('pending');
    expect(large.started.units.length).toBe(1_205);
  });

  it('waits for a person when nothing is left of the last wave and the policy asks for observation', () => {
    const core = { drift: 'include', risk: 'core', interval: { default: '20m' } };
    const last = ['eu.2-1', 'eu.2-2', 'us.1-1', 'us.1-2'];
    const risky = running({ ...sketch(), interval: '20m', spec: core });
    expect(given(risky).when(report({ removed: last }))).toContainEqual(drifted({ handling: 'hold' }));
    expect(given(risky).when(report({ removed: last.slice(1) }))).toContainEqual(drifted({ handling: 'include' }));
    // What came is the last wave then.
    expect(given(risky).when(report({ ...CAME, removed: last }))).toContainEqual(drifted({ handling: 'include' }));
    expect(given(story).when(report({ removed: last }))).toContainEqual(drifted({ handling: 'include' }));
  });

  it('finds the rest of a report that was cut off', () => {
    const events = given(story).when(report({ added: [...CAME.added, { cluster: 'ap', units: [unit('ap-1')] }] }));
    if (typeof events === 'string') throw new Error(events);
    const cut = story.with(events.slice(0, 1));
    const rest = report({ added: [{ cluster: 'ap', units: [unit('ap-1')] }] });
    expect(given(cut).when(rest)).toEqual([
      expect.objectContaining({ type: 'BatchAdded.v1', data: expect.objectContaining({ batch: 'ap.1', wave: 4 }) }),
      drifted({ added: 1 }),
    ]);
  });

  it('leaves to other releases what is theirs, and says how much that is', () => {
    expect(given(story).when(report({ ...CAME, taken: ['eu-8', 'eu-9'] }))).toEqual([drifted({ added: 2, taken: 2 })]);
    const one = story.does(report({ ...CAME, taken: ['eu-8'] }), EXECUTOR);
    expect(one.unitsOf('eu.3')).toEqual(['eu-9']);
  });

  it('leaves out what is gone and was not begun, and nothing else', () => {
    const begun = running(sketch('include')).passes('eu.1').begins('us.1', 'us.1-1');
    const left = begun.does(report({ removed: ['eu.1-1', 'us.1-1', 'us.1-2'] }), EXECUTOR);
    expect(left.last(2)).toEqual([
      happened('UnitsDropped.v1', { batch: 'us.1', units: ['us.1-2'] }),
      drifted({ removed: 3 }),
    ]);
    const begin = { type: 'begin-unit', batch: 'us.1', unit: 'us.1-2', before: OLD } as const;
    expect(given(left).when(begin)).toBe('NOT_DUE');
    const deployed = left.finishes('us.1', 'us.1-1').advances();
    expect(deployed.last(1)).toEqual([happened('BatchDeployed.v1', { batch: 'us.1', deployed: 1, failed: 0 })]);
  });

  it('passes a batch of which nothing is left, without a deployment', () => {
    const left = running(sketch('include')).does(report({ removed: ['us.1-1', 'us.1-2'] }), EXECUTOR);
    const open = left.passes('eu.1');
    expect(open.batches).toMatchObject({ 'us.1': 'passed', 'eu.2': 'deploying' });
    expect(open.passes('eu.2').state.status).toBe('completed');
  });

  it('does not take up again what was left out, when its batch is taken up again', () => {
    const holding = { ...sketch('include'), spec: { drift: 'include', onFailure: 'hold' } };
    const left = running(holding)
      .passes('eu.1')
      .does(report({ removed: ['us.1-2'] }), EXECUTOR);
    const failed = left.begins('us.1', 'us.1-1').fails('us.1', 'us.1-1').advances();
    const again = failed.does({ type: 'resume' });
    expect(again.unit('us.1-2').status).toBe('dropped');
    expect(again.begins('us.1', 'us.1-1').finishes('us.1', 'us.1-1').advances().batch('us.1')).toMatchObject({
      status: 'observing',
      deployed: 1,
    });
  });

  it('INT-4: asks a person when nothing would be left of the first wave, which the others rest on', () => {
    const fresh = running(sketch('include')).does(report({ removed: ['eu.1-1'] }), EXECUTOR);
    expect(fresh.last(2)).toEqual([
      drifted({ handling: 'hold', removed: 1 }),
      expect.objectContaining({ type: 'ReleaseHeld.v1' }),
    ]);
  });

  it('lets intervals be changed although a batch that came later is smaller than those before it', () => {
    const late = story.does(report({ added: [{ cluster: 'eu', units: [unit('eu-9')] }] }), EXECUTOR);
    const shorter = { type: 'change-interval', batch: 'eu.3', to: '8m' } as const;
    expect(given(late).when(shorter)).toEqual([
      happened('IntervalChanged.v1', { batch: 'eu.3', from: '10m', to: '8m' }),
    ]);
    expect(given(late).when({ ...shorter, to: '0s' })).toBe('POLICY');
  });
});
