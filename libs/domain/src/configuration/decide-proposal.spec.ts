import { describe, expect, it } from '@jest/globals';
import { decideRegistration } from './configuration.js';
import { type DecideProposal, decideProposal } from './decide-proposal.js';
import type { ConfigurationEvent } from './events.js';
import { evolveConfiguration } from './evolve-configuration.js';
import { type ConfigurationState, NO_CONFIGURATION } from './state.js';

type Actor = DecideProposal['actor'];
const ADMIN: Actor = { id: 'alex', level: 'director' };
const OWNER: Actor = { id: 'otto', level: 'owner' };
const DIRECTOR: Actor = { id: 'dora', level: 'director' };

/** The stream of one policy so far. */
class Stream {
  private constructor(
    readonly state: ConfigurationState,
    private readonly length: number,
    private readonly name: string,
  ) {}

  static of(name: string): Stream {
    return new Stream(NO_CONFIGURATION, 0, name);
  }

  /** What registering this would write. */
  asked(spec: object): readonly ConfigurationEvent[] {
    const { name } = this;
    const text = JSON.stringify({ kind: 'Policy', metadata: { name }, spec });
    const registration = `r${this.length}`;
    return decideRegistration({ kind: 'Policy', name, text, digest: digestOf(spec), registration }, this.state);
  }

  registers(spec: object, by = ADMIN): Stream {
    return this.with(this.asked(spec), by);
  }

  decides(decision: DecideProposal['decision'], actor: Actor, more: Partial<DecideProposal> = {}): Stream {
    const outcome = decideProposal({ name: this.name, decision, actor, reason: 'because', ...more }, this.state);
    if (!outcome.ok) throw new Error(`${outcome.refusal.code} ${outcome.refusal.message}`);
    return this.with(outcome.events, actor);
  }

  /** As it is, or with what waits approved. */
  get settled(): Stream {
    return this.state.proposal ? this.decides('approve', DIRECTOR) : this;
  }

  /** The code of the refusal, or the types of the events. */
  when(decision: DecideProposal['decision'], actor: Actor, more: Partial<DecideProposal> = {}): string {
    const outcome = decideProposal({ name: this.name, decision, actor, reason: 'because', ...more }, this.state);
    return outcome.ok ? outcome.events.map(({ type }) => type).join() : outcome.refusal.code;
  }

  messageOf(decision: DecideProposal['decision'], actor: Actor, more: Partial<DecideProposal> = {}): string {
    const outcome = decideProposal({ name: this.name, decision, actor, reason: 'because', ...more }, this.state);
    return outcome.ok ? '' : outcome.refusal.message;
  }

  private with(events: readonly ConfigurationEvent[], { id }: Actor): Stream {
    const meta = { actor: { id }, commandId: `r${this.length}` };
    const state = events.reduce(
      (so, event, i) => evolveConfiguration(so, { ...event, revision: this.length + i, at: `at ${this.length}`, meta }),
      this.state,
    );
    return new Stream(state, this.length + events.length, this.name);
  }
}

const digestOf = (spec: object): string => `digest of ${JSON.stringify(spec)}`;
const SHORT = { total: { high: '30m' } };
const SHORTER = { total: { high: '10m' } };
const LONG = { total: { high: '2h' } };
const typesOf = (events: readonly ConfigurationEvent[]) => events.map(({ type }) => type);
const PROPOSED = ['ConfigurationPartRecorded.v1', 'ConfigurationProposed.v1'];
const REGISTERED = ['ConfigurationPartRecorded.v1', 'ConfigurationRegistered.v1'];

const NEW = Stream.of('default');
const WAITING = NEW.registers(SHORT);

describe('a version of a policy', () => {
  it('that asks as much or more is in force at once', () => {
    expect(typesOf(NEW.asked(LONG))).toEqual(REGISTERED);
    expect(typesOf(NEW.asked({}))).toEqual(REGISTERED);
    expect(typesOf(NEW.registers(LONG).asked({ total: { high: '3h' } }))).toEqual(REGISTERED);
  });

  it('that asks less than what ships is proposed, with what is looser and who has to approve it', () => {
    expect(typesOf(NEW.asked(SHORT))).toEqual(PROPOSED);
    expect(NEW.asked(SHORT)[1]?.data).toMatchObject({
      base: -1,
      level: 'director',
      looser: [
        {
          path: 'spec.total.high',
          from: '60m',
          to: '30m',
          words: 'the least time in all at high risk is 30m instead of 60m',
        },
      ],
      unlisted: 0,
    });
    expect(WAITING.state).toMatchObject({ current: null, proposal: { by: 'alex', digest: digestOf(SHORT) } });
  });

  it('under a new name is compared with what ships', () => {
    expect(typesOf(Stream.of('fast').asked(SHORT))).toEqual(PROPOSED);
    expect(typesOf(Stream.of('slow').asked(LONG))).toEqual(REGISTERED);
  });

  it('is compared with what is in force, not with what ships or is proposed', () => {
    expect(typesOf(NEW.registers(LONG).asked({}))).toEqual(PROPOSED);
    const approved = WAITING.decides('approve', DIRECTOR);
    expect(typesOf(approved.asked({ total: { high: '40m' } }))).toEqual(REGISTERED);
    expect(typesOf(WAITING.asked({ total: { high: '40m' } }))).toEqual(PROPOSED);
  });

  it('that is proposed just like this already is not proposed again', () => {
    expect(WAITING.asked(SHORT)).toEqual([]);
  });

  it('takes the place of the one that was proposed before', () => {
    const replaced = WAITING.registers(SHORTER);
    expect(replaced.state.proposal).toMatchObject({ digest: digestOf(SHORTER) });
    expect(replaced.when('approve', DIRECTOR, { digest: digestOf(SHORT) })).toBe('STALE_PROPOSAL');
    expect(replaced.when('approve', DIRECTOR)).toBe('ConfigurationApproved.v1');
  });

  it('lists no more of what is looser than an event holds', () => {
    const when = `release.reason == "${'界'.repeat(3_900)}"`;
    const many = Array.from({ length: 200 }, (_, i) => ({ id: `ORG-${i}`, when, message: 'm' }));
    const proposed = NEW.registers({ rules: many }).asked({})[1];
    expect(proposed?.data).toMatchObject({ unlisted: 120 });
    expect(Buffer.byteLength(JSON.stringify(proposed))).toBeLessThan(200 * 1024);
  });

  it('of a topology is registered, whatever it says', () => {
    const topology = { kind: 'Topology', name: 'production', text: '{}', digest: 'd', registration: 'r' } as const;
    expect(typesOf(decideRegistration(topology, NO_CONFIGURATION))).toEqual(REGISTERED);
  });
});

describe('the level that approves a looser policy', () => {
  const levels = ['peer', 'owner', 'director', 'board'];

  it.each([
    ['that of exceptions', {}, 'director'],
    ['the one above what a release without findings needs', { approvals: { core: 'director' }, levels }, 'board'],
    ['the highest one, where there is none above', { approvals: { core: 'director' } }, 'director'],
  ])('is %s', (_, inForce, level) => {
    const asked = NEW.registers(inForce).settled.asked({ ...inForce, total: { high: '1m' } });
    expect(asked[1]?.data).toMatchObject({ level });
  });
});

describe('approving a proposed version', () => {
  it('puts it in force: its revision is that of the approval, and it says who proposed and who approved it', () => {
    const { current, proposal } = WAITING.decides('approve', DIRECTOR).state;
    expect(proposal).toBeNull();
    expect(current).toMatchObject({ revision: 2, digest: digestOf(SHORT), by: 'alex', approvedBy: 'dora' });
    expect(JSON.parse(current?.text ?? '').spec).toEqual(SHORT);
  });

  it('is of the version that was looked at', () => {
    expect(WAITING.when('approve', DIRECTOR, { digest: digestOf(SHORT) })).toBe('ConfigurationApproved.v1');
    expect(WAITING.when('approve', DIRECTOR, { digest: 'another' })).toBe('STALE_PROPOSAL');
    expect(WAITING.messageOf('approve', DIRECTOR, { digest: 'another-version' })).toMatch(
      /^version another-vers of policy default is not proposed any more; version digest of \{" is$/,
    );
  });

  it('is never done by who proposed it, whatever level they hold', () => {
    expect(WAITING.when('approve', ADMIN)).toBe('SELF_APPROVAL');
  });

  it.each([
    ['an owner', OWNER],
    ['somebody without a level', { id: 'olga' }],
    ['somebody of a level that the policy does not know', { id: 'eve', level: 'emperor' }],
  ])('is not for %s', (_, actor) => {
    expect(WAITING.when('approve', actor)).toBe('LEVEL_TOO_LOW');
  });

  it('is for who holds the level by the policy in force, not by the one that is proposed', () => {
    const named = NEW.registers({ holders: { director: ['dan'] } }).decides('approve', DIRECTOR);
    const next = named.registers({ holders: { director: ['dan', 'eve'] } });
    expect(next.when('approve', { id: 'eve', level: 'director' })).toBe('LEVEL_TOO_LOW');
    expect(next.messageOf('approve', DIRECTOR)).toBe(
      'a looser policy needs an approver of level director; dora has no level; could: dan',
    );
    expect(next.when('approve', { id: 'dan' })).toBe('ConfigurationApproved.v1');
  });

  it('is refused once something else is in force, which is named', () => {
    const overtaken = WAITING.registers(LONG, OWNER);
    expect(overtaken.state).toMatchObject({ current: { revision: 3 }, proposal: { digest: digestOf(SHORT) } });
    expect(overtaken.when('approve', DIRECTOR)).toBe('STALE_PROPOSAL');
    expect(overtaken.messageOf('approve', DIRECTOR)).toMatch(
      /was compared with what ships; in force now is revision 3, by otto: it has to be proposed again$/,
    );
    const again = overtaken.registers(SHORT);
    expect(again.state.proposal).toMatchObject({ base: 3, looser: [{ from: '2h', to: '30m' }] });
    expect(again.when('approve', DIRECTOR)).toBe('ConfigurationApproved.v1');
  });

  it('is refused when nothing is proposed, or there is no such policy', () => {
    expect(NEW.when('approve', DIRECTOR)).toBe('NOTHING_PROPOSED');
    expect(WAITING.decides('approve', DIRECTOR).when('approve', DIRECTOR)).toBe('NOTHING_PROPOSED');
    expect(Stream.of('fast').when('approve', DIRECTOR)).toBe('UNKNOWN_POLICY');
  });
});

describe('rejecting a proposed version', () => {
  it('leaves in force what is', () => {
    const rejected = NEW.registers(LONG).registers(SHORT).decides('reject', DIRECTOR);
    expect(rejected.state).toMatchObject({ current: { digest: digestOf(LONG) }, proposal: null });
    expect(rejected.when('approve', DIRECTOR)).toBe('NOTHING_PROPOSED');
    expect(typesOf(rejected.asked(SHORT))).toEqual(PROPOSED);
  });

  it('takes the same level, or who proposed it', () => {
    expect(WAITING.when('reject', OWNER)).toBe('LEVEL_TOO_LOW');
    expect(NEW.registers(SHORT, OWNER).when('reject', OWNER)).toBe('ConfigurationRejected.v1');
  });

  it('needs a reason', () => {
    for (const reason of [undefined, ' ']) expect(WAITING.when('reject', DIRECTOR, { reason })).toBe('REASON_MISSING');
  });

  it('is possible though something else is in force by now', () => {
    expect(WAITING.registers(LONG).when('reject', DIRECTOR)).toBe('ConfigurationRejected.v1');
  });
});

describe('what commands came to', () => {
  it('is remembered by their ids', () => {
    const { outcomes } = WAITING.registers(LONG).registers(SHORT).decides('reject', DIRECTOR).state;
    expect([...outcomes].map(([id, { outcome }]) => [id, outcome])).toEqual([
      ['r0', 'proposed'],
      ['r2', 'registered'],
      ['r4', 'proposed'],
      ['r6', 'decided'],
    ]);
    expect(outcomes.get('r6')).toEqual({
      outcome: 'decided',
      decided: { decision: 'reject', digest: digestOf(SHORT), level: 'director', by: 'dora', at: 'at 6', revision: 3 },
    });
  });

  it('is forgotten after a while, the oldest first', () => {
    let stream = NEW;
    for (let i = 1; i <= 201; i += 1) stream = stream.registers({ total: { high: `${60 + i}m` } });
    expect(stream.state.outcomes.size).toBe(200);
    expect(stream.state.outcomes.has('r0')).toBe(false);
    expect(stream.state.outcomes.has('r2')).toBe(true);
  });
});
