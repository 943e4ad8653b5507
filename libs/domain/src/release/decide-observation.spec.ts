import { describe, expect, it } from '@jest/globals';
import type { ReleaseOrder } from './commands.js';
import { type Sketch, TWO_WAVES } from './sketch.spec-support.js';
import {
  AUTHOR,
  COLLEAGUE,
  given,
  happened,
  OBSERVER,
  OPERATOR,
  running,
  STARTER,
  type Story,
} from './story.spec-support.js';
import type { VerdictKind } from './verdict.js';

const ORDERS = { name: 'orders', log: { source: 'orders.log', pattern: 'placed', min: 1 } };
const look = (people: number, role = 'operator', name = 'second-look') => ({ name, confirm: { role, people } });
const observed = (validate: readonly object[]): Story =>
  running({ ...TWO_WAVES, spec: { validate } } as Sketch).deploys('eu.1');

const confirm = (seen = 'orders come in', batch = 'eu.1') => ({ type: 'confirm', batch, seen }) as const;
const confirmation = (validators: string[], seen = 'orders come in') =>
  happened('ConfirmationGiven.v1', { batch: 'eu.1', validators, seen });

function confirmed(validator: string, people: string[]) {
  const sentence = `${people.join(' and ')} confirmed eu.1: orders come in`;
  return happened('VerdictReached.v1', { batch: 'eu.1', validator, verdict: 'passed', sentence, evidence: { people } });
}

describe('OBS-4: a second person confirms a batch', () => {
  const ONE = observed([ORDERS, look(1)]);

  it('and the verdict is there when as many have as are needed', () => {
    expect(given(ONE).when(confirm(), OPERATOR)).toEqual([
      confirmation(['second-look']),
      confirmed('second-look', ['olga']),
    ]);
    const two = observed([look(2)]);
    expect(given(two).when(confirm(), OPERATOR)).toEqual([confirmation(['second-look'])]);
    expect(given(two.does(confirm(), OPERATOR)).when(confirm(), COLLEAGUE)).toEqual([
      confirmation(['second-look']),
      confirmed('second-look', ['olga', 'cleo']),
    ]);
  });

  it('and who, when and what they saw is kept', () => {
    const after = ONE.after('3m').does(confirm(), OPERATOR);
    expect(after.batch('eu.1').confirmations).toEqual([
      { actor: 'olga', at: after.at, seen: 'orders come in', validators: ['second-look'] },
    ]);
  });

  it.each([
    ['submitted', AUTHOR],
    ['started', STARTER],
  ])('who is not the one that %s the release', (did, actor) => {
    expect(given(ONE).when(confirm(), actor)).toBe('SELF_CONFIRMATION');
    expect(ONE.refusalOf(confirm(), actor)).toBe(`${actor.id} ${did} this release; somebody else has to confirm it`);
  });

  it('once', () => {
    expect(given(observed([look(2)]).does(confirm(), OPERATOR)).when(confirm(), OPERATOR)).toBe('ALREADY_CONFIRMED');
  });

  it('in the role that was asked for', () => {
    const story = observed([look(1, 'admin')]);
    expect(given(story).when(confirm(), OPERATOR)).toBe('ROLE_MISSING');
    expect(given(story).when(confirm(), { kind: 'person', id: 'rolf' })).toBe('ROLE_MISSING');
    expect(given(story).when(confirm(), { ...OPERATOR, roles: ['admin'] })).toHaveLength(2);
  });

  it('for each validator whose role they have', () => {
    const story = observed([look(1), look(1, 'approver', 'third-look'), look(1, 'admin', 'fourth-look')]);
    expect(given(story).when(confirm(), OPERATOR)).toEqual([
      confirmation(['second-look', 'third-look']),
      confirmed('second-look', ['olga']),
      confirmed('third-look', ['olga']),
    ]);
  });

  it('while it is observed, also when the release is held for want of it', () => {
    expect(given(running({ ...TWO_WAVES, spec: { validate: [look(1)] } })).when(confirm(), OPERATOR)).toBe(
      'NOT_OBSERVED',
    );
    const held = ONE.after('15m').advances();
    expect(held.batches['eu.1']).toBe('held');
    expect(given(held).when(confirm(), OPERATOR)).toHaveLength(2);
  });

  it('of the plan, and of a release that asks for it', () => {
    expect(given(ONE).when(confirm('all well', 'eu.9'), OPERATOR)).toBe('UNKNOWN_BATCH');
    expect(given(observed([ORDERS])).when(confirm(), OPERATOR)).toBe('UNKNOWN_VALIDATOR');
  });

  it('in as many words as an event holds', () => {
    const outcome = given(ONE).when(confirm('s'.repeat(9_000)), OPERATOR);
    expect(outcome).toMatchObject([
      { data: { seen: `${'s'.repeat(3_999)}…` } },
      { data: { sentence: expect.stringMatching(/^olga confirmed eu.1: s+…$/) } },
    ]);
  });

  it('anew for a batch that was deployed again', () => {
    const again = running({ ...TWO_WAVES, spec: { validate: [look(1)], onFailure: 'hold' } })
      .deploys('eu.1')
      .does(confirm(), OPERATOR)
      .does({ type: 'roll-back', batch: 'eu.1' })
      .putsBack('eu.1', 'eu.1-1')
      .advances()
      .does({ type: 'resume' })
      .deploys('eu.1');
    expect(given(again).when(confirm(), OPERATOR)).toHaveLength(2);
  });
});

describe('a verdict', () => {
  const OBSERVED = observed([ORDERS, look(1)]);

  function verdict(
    kind: VerdictKind,
    how: { batch?: string; validator?: string; deployedAt?: string } = {},
  ): ReleaseOrder {
    const { batch = 'eu.1', validator = 'orders', deployedAt = OBSERVED.batch('eu.1').deployedAt ?? '' } = how;
    const judgement = { verdict: kind, sentence: 'as it is', evidence: { lines: 3 } };
    return { type: 'record-verdict', batch, validator, deployedAt, ...judgement };
  }

  it.each(['passed', 'failed', 'undecided', 'unavailable', 'cancelled'] as const)(
    'of %s is kept with its evidence',
    (kind) => {
      const data = { batch: 'eu.1', validator: 'orders', verdict: kind, sentence: 'as it is', evidence: { lines: 3 } };
      expect(given(OBSERVED).when(verdict(kind), OBSERVER)).toEqual([happened('VerdictReached.v1', data)]);
    },
  );

  it('that says the same again is no news', () => {
    const known = OBSERVED.does(verdict('undecided'), OBSERVER);
    expect(given(known).when(verdict('undecided'), OBSERVER)).toEqual([]);
    expect(given(known).when(verdict('passed'), OBSERVER)).toHaveLength(1);
    expect(given(known.does(verdict('passed'), OBSERVER)).when(verdict('unavailable'), OBSERVER)).toHaveLength(1);
  });

  it('of failed stands, even if things look better before anybody has acted on it', () => {
    const failed = OBSERVED.does(verdict('failed'), OBSERVER);
    expect(given(failed).when(verdict('passed'), OBSERVER)).toEqual([]);
    expect(failed.does(verdict('passed'), OBSERVER).after('10m').advances().state.status).toBe('rolling-back');
  });

  it('is of a batch of the plan that is observed', () => {
    expect(given(OBSERVED).when(verdict('passed', { batch: 'eu.9' }), OBSERVER)).toBe('UNKNOWN_BATCH');
    expect(given(OBSERVED).when(verdict('passed', { batch: 'eu.2' }), OBSERVER)).toBe('NOT_OBSERVED');
  });

  it('is of a validator of the release, and never given by a machine in place of a person', () => {
    expect(given(OBSERVED).when(verdict('passed', { validator: 'horoscope' }), OBSERVER)).toBe('UNKNOWN_VALIDATOR');
    expect(given(OBSERVED).when(verdict('passed', { validator: 'second-look' }), OBSERVER)).toBe('UNKNOWN_VALIDATOR');
  });

  it('is of this deployment of the batch, not of an earlier one', () => {
    expect(given(OBSERVED).when(verdict('passed', { deployedAt: '2026-01-01T00:00:00.000Z' }), OBSERVER)).toBe('STALE');
  });

  it('says why in as many words as an event holds', () => {
    const order = { ...verdict('passed'), sentence: 's'.repeat(9_000) } as ReleaseOrder;
    expect(given(OBSERVED).when(order, OBSERVER)).toMatchObject([{ data: { sentence: `${'s'.repeat(3_999)}…` } }]);
  });
});
