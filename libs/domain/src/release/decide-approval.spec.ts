import { describe, expect, it } from '@jest/globals';
import { TWO_WAVES } from './sketch.spec-support.js';
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
  type Story,
  submitted,
} from './story.spec-support.js';

const ESCALATED = submitted(RISKY);
/** Keeps every rule; its risk alone asks for an owner. */
const WAITING = submitted({ ...TWO_WAVES, interval: '40m', spec: { risk: 'core' } });
const READY = submitted();

const approve = { type: 'approve' } as const;
const approvalOf = (level: string) => happened('ApprovalGiven.v1', { level, digest: 'd1' });
const READIED = happened('ReleaseReadied.v1', {});

function approvalsOf({ state }: Story) {
  return isPlanned(state) ? state.approvals : [];
}

describe('approving a release', () => {
  it('makes it ready', () => {
    expect(given(ESCALATED).when(approve, DIRECTOR)).toEqual([approvalOf('director'), READIED]);
    expect(given(WAITING).when(approve, OWNER)).toEqual([approvalOf('owner'), READIED]);
  });

  it('can be done by a higher level than is needed', () => {
    expect(given(WAITING).when(approve, DIRECTOR)).toEqual([approvalOf('director'), READIED]);
  });

  it('keeps who approved, at which level, when and why', () => {
    const approved = ESCALATED.does(approve, DIRECTOR, 'the fix cannot wait');
    expect(approvalsOf(approved)).toEqual([
      { actor: 'dora', level: 'director', digest: 'd1', at: ESCALATED.at, reason: 'the fix cannot wait' },
    ]);
  });

  it('is never done by its author, whatever roles and level they hold', () => {
    const almighty = { ...AUTHOR, roles: ['viewer', 'author', 'operator', 'approver', 'admin'], level: 'director' };
    for (const story of [ESCALATED, WAITING, READY]) expect(given(story).when(approve, almighty)).toBe('SELF_APPROVAL');
  });

  it.each([
    ['an owner for an exception', ESCALATED, OWNER],
    ['a peer for core risk', WAITING, PEER],
    ['somebody without a level', WAITING, OPERATOR],
    ['somebody of a level that the policy does not know', WAITING, { ...OWNER, level: 'emperor' }],
  ])('is not for %s', (_, story, actor) => {
    expect(given(story).when(approve, actor)).toBe('LEVEL_TOO_LOW');
  });

  it('is for nobody when the level that is needed is none of the policy', () => {
    const story = submitted({ ...RISKY, policy: { approvals: { exception: 'emperor' } } });
    for (const actor of [OPERATOR, DIRECTOR, { ...DIRECTOR, level: 'emperor' }]) {
      expect(given(story).when(approve, actor)).toBe('LEVEL_TOO_LOW');
    }
  });

  it('says which level is needed and which one there is', () => {
    expect(ESCALATED.refusalOf(approve, OWNER)).toBe('needs an approver of level director; otto has owner');
    expect(ESCALATED.refusalOf(approve, OPERATOR)).toBe('needs an approver of level director; olga has no level');
  });

  it('is of one plan: an approval of another one does not count', () => {
    expect(given(ESCALATED).when({ ...approve, digest: 'd0' }, DIRECTOR)).toBe('STALE_PLAN');
    expect(given(ESCALATED).when({ ...approve, digest: 'd1' }, DIRECTOR)).toEqual([approvalOf('director'), READIED]);
  });

  it('of a release that needs none is kept with it', () => {
    expect(given(READY).when(approve, PEER)).toEqual([approvalOf('peer')]);
    expect(given(READY).when(approve, OPERATOR)).toBe('LEVEL_TOO_LOW');
  });

  it('by the same person again adds nothing', () => {
    expect(given(READY.does(approve, PEER)).when(approve, PEER)).toEqual([]);
    expect(given(READY.does(approve, PEER)).when(approve, OWNER)).toEqual([approvalOf('owner')]);
  });
});

describe('a release that is not to happen', () => {
  it.each([
    ['planned', WAITING],
    ['escalated', ESCALATED],
    ['ready', READY],
  ])('is rejected or withdrawn while it is %s', (_, story) => {
    expect(given(story).when({ type: 'reject' }, PEER, 'not in the sale')).toEqual([
      happened('ReleaseRejected.v1', {}),
    ]);
    expect(given(story).when({ type: 'withdraw' }, AUTHOR)).toEqual([happened('ReleaseWithdrawn.v1', {})]);
    expect(story.does({ type: 'withdraw' }, AUTHOR).state).toMatchObject({ status: 'withdrawn', endedAt: story.at });
  });
});
