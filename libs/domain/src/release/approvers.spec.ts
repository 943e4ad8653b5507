import { describe, expect, it } from '@jest/globals';
import { isApproved } from './approvers.js';
import { type Sketch, TWO_WAVES } from './sketch.spec-support.js';
import { isPlanned } from './state.js';
import { RISKY } from './statuses.spec-support.js';
import {
  AUTHOR,
  DIRECTOR,
  given,
  happened,
  OPERATOR,
  OWNER,
  PEER,
  STARTER,
  Story,
  submitted,
} from './story.spec-support.js';
import { viewRelease } from './view.js';

const approve = { type: 'approve' } as const;
const start = { type: 'start' } as const;
const SECOND = { ...DIRECTOR, id: 'dan' };
const approved = (level: string, count: object = {}) => happened('ApprovalGiven.v1', { level, digest: 'd1', ...count });
const READIED = happened('ReleaseReadied.v1', {});
const STARTED = happened('ReleaseStarted.v1', {});

const risky = (policy: Sketch['policy']): Story => submitted({ ...RISKY, ...(policy ? { policy } : {}) });
const viewed = ({ state }: Story) => viewRelease(state, 9);

describe('two people who have to approve', () => {
  const TWO = risky({ people: { exception: 2 } });
  const ONCE = TWO.does(approve, DIRECTOR);
  const TWICE = ONCE.does(approve, SECOND);

  it('are asked for by the plan, and by the escalation', () => {
    const because = ['INT-3', 'INT-4'];
    expect(viewed(TWO)?.plan?.approval).toEqual({ level: 'director', because, people: 2 });
    expect(TWO.last(1)).toEqual([happened('ReleaseEscalated.v1', { level: 'director', because, people: 2 })]);
  });

  it('make it ready together: the first does not, the last does', () => {
    expect(given(TWO).when(approve, DIRECTOR)).toEqual([approved('director', { nth: 1, of: 2 })]);
    expect(ONCE.state.status).toBe('escalated');
    expect(given(ONCE).when(approve, SECOND)).toEqual([approved('director', { nth: 2, of: 2 }), READIED]);
  });

  it('are two: the same one twice counts once', () => {
    expect(given(ONCE).when(approve, DIRECTOR)).toEqual([]);
    expect(given(ONCE).when(start, STARTER)).toBe('WRONG_STATE');
  });

  it('are counted for whoever looks', () => {
    expect([TWO, ONCE, TWICE].map((story) => viewed(story)?.approved)).toEqual([
      { given: 0, of: 2 },
      { given: 1, of: 2 },
      { given: 2, of: 2 },
    ]);
    expect(viewed(submitted())).not.toHaveProperty('approved');
  });

  it('do not start it themselves', () => {
    for (const approver of [DIRECTOR, SECOND]) expect(given(TWICE).when(start, approver)).toBe('SELF_START');
    expect(TWICE.refusalOf(start, SECOND)).toBe(
      'dan has approved this release; where several approve, somebody else has to start it',
    );
    expect(given(TWICE).when(start, STARTER)).toEqual([STARTED]);
  });

  it('may be joined by a third, who does not start it either', () => {
    const third = { ...DIRECTOR, id: 'dee' };
    expect(given(TWICE).when(approve, third)).toEqual([approved('director')]);
    expect(given(TWICE.does(approve, third)).when(start, third)).toBe('SELF_START');
  });

  it('are asked for by the risk alone as well', () => {
    const policy = { people: { core: 2 } };
    const waiting = submitted({ ...TWO_WAVES, interval: '40m', spec: { risk: 'core' }, policy });
    expect(given(waiting).when(approve, OWNER)).toEqual([approved('owner', { nth: 1, of: 2 })]);
    expect(given(waiting.does(approve, OWNER)).when(approve, DIRECTOR)).toEqual([
      approved('director', { nth: 2, of: 2 }),
      READIED,
    ]);
  });
});

describe('one who has to approve', () => {
  it('may start it as well', () => {
    const once = risky({}).does(approve, DIRECTOR);
    expect(given(once).when(start, DIRECTOR)).toEqual([STARTED]);
  });
});

describe('where the policy names who holds which level', () => {
  const NAMED = risky({ holders: { peer: ['pete', 'dora'], owner: ['otto'], director: ['olga', 'dan', 'ada'] } });

  it('they approve, whatever their token says', () => {
    expect(given(NAMED).when(approve, OPERATOR)).toEqual([approved('director'), READIED]);
    expect(given(NAMED).when(approve, { ...PEER, id: 'dan' })).toEqual([approved('director'), READIED]);
  });

  it('nobody else does, whatever their token says, and is told who could', () => {
    expect(given(NAMED).when(approve, DIRECTOR)).toBe('LEVEL_TOO_LOW');
    expect(NAMED.refusalOf(approve, DIRECTOR)).toBe(
      'needs an approver of level director; dora has peer; could: olga, dan',
    );
    expect(NAMED.refusalOf(approve, { ...DIRECTOR, id: 'eve' })).toMatch(/eve has no level; could: olga, dan$/);
  });

  it('its author does not, though named', () => {
    expect(given(NAMED).when(approve, AUTHOR)).toBe('SELF_APPROVAL');
  });
});

describe('BAT-4: what counts as an approval', () => {
  /** The same release with an approval in its log that no decision would have let in. */
  function forged(data: { level: string; digest: string }, actor = DIRECTOR): Story {
    return risky({}).with([{ type: 'ApprovalGiven.v1', data }, READIED], actor);
  }

  it.each([
    ['of another plan', forged({ level: 'director', digest: 'd0' })],
    ['of a level too low', forged({ level: 'owner', digest: 'd1' })],
    ['of its author', forged({ level: 'director', digest: 'd1' }, AUTHOR)],
    ['that is not there', Story.NOTHING.with([...risky({}).log, READIED], AUTHOR)],
  ])('is none %s: it does not start, even if something made it ready', (_, story) => {
    expect(story.state.status).toBe('ready');
    expect(isPlanned(story.state) && isApproved(story.state)).toBe(false);
    expect(given(story).when(start, STARTER)).toBe('POLICY');
    expect(story.refusalOf(start, STARTER)).toBe('needs approvals of level director, and has 0 of 1');
  });

  it('is the one that was decided', () => {
    expect(given(forged({ level: 'director', digest: 'd1' })).when(start, STARTER)).toEqual([STARTED]);
  });
});

describe('a rejection', () => {
  it.each([undefined, '', '  '])('without a reason is refused: %j', (reason) => {
    expect(given(risky({})).when({ type: 'reject' }, PEER, reason)).toBe('REASON_MISSING');
  });
});
