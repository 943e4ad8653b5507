import { describe, expect, it } from '@jest/globals';
import type { Plan } from '../planning/types.js';
import { RELEASE_EVENTS, type ReleaseEvent } from './events.js';
import { DRIVERS, planned, type Sketch, submission, TWO_WAVES } from './sketch.spec-support.js';
import { isPlanned } from './state.js';
import { RISKY } from './statuses.spec-support.js';
import { AUTHOR, EXECUTOR, given, happened, Story, submitted } from './story.spec-support.js';

function eventsOf(order: ReturnType<typeof submission>): readonly ReleaseEvent[] {
  const outcome = given(Story.NOTHING).when(order, AUTHOR);
  if (typeof outcome === 'string') throw new Error(outcome);
  return outcome;
}

const typesOf = (sketch: Sketch) => eventsOf(submission(sketch)).map(({ type }) => type);

describe('submitting a release', () => {
  it('writes down what was asked for, the plan batch by batch, and that it may start', () => {
    const { plan, ...order } = submission();
    const { spec, topology, policy, release, name } = order;
    const { methods, duration, observation, batches } = plan;
    expect(given(Story.NOTHING).when({ plan, ...order }, AUTHOR)).toEqual([
      happened('ReleaseSubmitted.v1', { release, name, spec, topology, policy }),
      happened('PlanDrafted.v1', {
        digest: 'd1',
        batches: 3,
        units: 5,
        methods: [...methods],
        duration,
        observation,
        findings: [],
        approval: null,
        drivers: DRIVERS,
      }),
      ...batches.map(({ id, units, ...batch }) =>
        happened('BatchPlanned.v1', { batch: id, part: 1, ...batch, units: [...units] }),
      ),
      happened('ReleasePlanned.v1', { digest: 'd1' }),
      happened('ReleaseReadied.v1', {}),
    ]);
  });

  it('leaves a release whose risk asks for an approval waiting for it', () => {
    expect(typesOf({ ...TWO_WAVES, interval: '40m', spec: { risk: 'core' } }).at(-1)).toBe('ReleasePlanned.v1');
  });

  it('BAT-4: escalates a plan that breaks a rule, naming the rules and the level', () => {
    expect(eventsOf(submission(RISKY)).at(-1)).toEqual(
      happened('ReleaseEscalated.v1', { level: 'director', because: ['INT-3', 'INT-4'] }),
    );
  });

  it('gives back the plan, whole and in order', () => {
    const { state } = submitted({ waves: [{ 'eu.1': 1 }, { 'eu.2': 1_700, 'us.1': 3 }] });
    expect(isPlanned(state) && state.plan.batches).toEqual(
      planned({ waves: [{ 'eu.1': 1 }, { 'eu.2': 1_700, 'us.1': 3 }] }).plan.batches,
    );
  });

  it('keeps every event under its limit, however much the units say of themselves', () => {
    const labels = Object.fromEntries(
      Array.from({ length: 32 }, (_, i) => [`${i}`.padEnd(100, '界'), '界'.repeat(200)]),
    );
    const order = submission({ waves: [{ 'eu.1': 1 }, { 'eu.2': 60 }] });
    const batches = order.plan.batches.map((batch) => ({
      ...batch,
      units: batch.units.map((unit) => ({ ...unit, labels })),
    }));
    const events = eventsOf({ ...order, plan: { ...order.plan, batches } });
    for (const event of events) expect(Buffer.byteLength(JSON.stringify(event))).toBeLessThan(200 * 1024);
    const units = events.flatMap(({ type, data }) =>
      type === 'BatchPlanned.v1' && data.batch === 'eu.2' ? data.units : [],
    );
    expect(units).toEqual(batches[1]?.units);
  });

  it('keeps the first two hundred findings, and never more text than an event holds', () => {
    const order = submission(RISKY);
    const finding = { rule: 'INT-3', severity: 'block', batch: null, message: 'm'.repeat(9_000), remedy: 'r' } as const;
    const [, header] = eventsOf({ ...order, plan: { ...order.plan, findings: Array(300).fill(finding) } });
    const findings = header?.type === 'PlanDrafted.v1' ? header.data.findings : [];
    expect(findings).toHaveLength(200);
    expect(findings[0]?.message).toHaveLength(4_000);
  });

  it('keeps where a finding is, and not its patch: that follows from the plan', () => {
    const order = submission(RISKY);
    const told = { rule: 'RBK-1', severity: 'block', batch: null, message: 'm', remedy: 'r' } as const;
    const place = { path: `spec.clusters${'[0]'.repeat(2_000)}`, source: 'topology' } as const;
    const patch = { document: 'topology', operations: [{ op: 'remove', path: '/spec/drivers' }] } as const;
    const [, header] = eventsOf({ ...order, plan: { ...order.plan, findings: [{ ...told, ...place, patch }] } });
    const kept = header?.type === 'PlanDrafted.v1' ? header.data.findings : [];
    expect(kept).toEqual([{ ...told, path: expect.stringMatching(/^spec\.clusters.*…$/), source: 'topology' }]);
    expect(kept[0]?.path).toHaveLength(4_000);
    expect(
      RELEASE_EVENTS['PlanDrafted.v1'].parse({ ...header?.data, findings: [{ ...told, patch }] }).findings,
    ).toEqual([told]);
  });
});

describe('a plan whose recording was interrupted', () => {
  const sketch: Sketch = { waves: [{ 'eu.1': 1 }, { 'eu.2': 1_200 }] };

  function finished(story: Story, plan: Plan, digest = 'd1') {
    const { state } = story.does({ type: 'finish-plan', plan, digest }, EXECUTOR);
    return isPlanned(state) ? { status: state.status, plan: state.plan } : { status: state.status };
  }

  it.each([
    ['one that is ready at once', sketch],
    ['one that is escalated', { ...RISKY, ...sketch }],
    ['one that waits for an approval', { ...sketch, interval: '40m', spec: { risk: 'core' } }],
  ])('is finished from wherever it was cut off: %s', (_, drawn) => {
    const whole = submitted(drawn);
    const { plan } = planned(drawn);
    const expected = isPlanned(whole.state) && { status: whole.state.status, plan: whole.state.plan };
    const cuts = whole.log.map((_event, index) => index + 1).filter((length) => length < whole.log.length);
    expect(cuts.length).toBeGreaterThan(5);
    for (const length of cuts) {
      expect(finished(Story.NOTHING.with(whole.log.slice(0, length), AUTHOR), plan)).toEqual(expected);
    }
  });

  it('is begun anew when the planner now makes another plan of it', () => {
    const cut = Story.NOTHING.with(submitted(sketch).log.slice(0, 4), AUTHOR);
    const { plan } = planned({ waves: [{ 'eu.1': 2 }, { 'eu.2': 3 }] });
    expect(finished(cut, plan, 'd2')).toMatchObject({
      status: 'ready',
      plan: { header: { digest: 'd2' }, batches: plan.batches },
    });
  });

  it('needs nothing more when all that is missing is a person', () => {
    const waiting = submitted({ ...TWO_WAVES, interval: '40m', spec: { risk: 'core' } });
    const { plan } = planned(TWO_WAVES);
    expect(given(waiting).when({ type: 'finish-plan', plan, digest: 'd1' }, EXECUTOR)).toEqual([]);
  });
});
