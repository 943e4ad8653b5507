import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { levelOf, levelsFrom } from '../approval/levels.js';
import { DEFAULT_POLICY, type PolicySpec } from '../documents/policy.js';
import { decideRegistration } from './configuration.js';
import { decideProposal } from './decide-proposal.js';
import type { ConfigurationEvent } from './events.js';
import { evolveConfiguration } from './evolve-configuration.js';
import { policies, STEPS } from './policies.spec-support.js';
import { policyChanges } from './policy-changes.js';
import { type ConfigurationState, NO_CONFIGURATION } from './state.js';

const NAME = 'default';
const actors = fc.record({
  id: fc.constantFrom('ada', 'bea', 'cem', 'dan'),
  level: fc.option(fc.constantFrom('intern', 'peer', 'owner', 'director', 'board'), { nil: undefined }),
});
type Actor = { readonly id: string; readonly level?: string | undefined };

/** Somebody registers a version: one of any kind, or one that is a step from what is in force; or has a word on one. */
type Deed = (state: ConfigurationState, commandId: string, actor: Actor) => readonly ConfigurationEvent[];

function register(spec: PolicySpec): Deed {
  return (state, registration) => {
    const text = JSON.stringify({ kind: 'Policy', metadata: { name: NAME }, spec });
    return decideRegistration({ kind: 'Policy', name: NAME, text, digest: text, registration }, state);
  };
}

const inForceIn = ({ current }: ConfigurationState): PolicySpec =>
  current ? (JSON.parse(current.text).spec as PolicySpec) : DEFAULT_POLICY.spec;

const steps: fc.Arbitrary<Deed> = fc
  .tuple(fc.constantFrom(...Object.values(STEPS)), fc.boolean(), fc.nat({ max: 99 }))
  .map(([{ looser, tighter }, isLooser, pick]): Deed => {
    return (state, commandId, actor) => {
      const inForce = inForceIn(state);
      return register((isLooser ? looser : tighter)(inForce, pick) ?? inForce)(state, commandId, actor);
    };
  });

const words: fc.Arbitrary<Deed> = fc
  .tuple(fc.constantFrom('approve', 'approve', 'approve', 'reject'), fc.constantFrom('none', 'none', 'seen', 'other'))
  .map(([decision, digest]): Deed => {
    return (state, _commandId, actor) => {
      const named = { none: undefined, seen: state.proposal?.digest, other: 'another' }[digest];
      const outcome = decideProposal({ name: NAME, decision, actor, digest: named, reason: 'r' }, state);
      return outcome.ok ? outcome.events : [];
    };
  });

const deeds = fc.oneof(
  { weight: 1, arbitrary: policies.map(register) },
  { weight: 4, arbitrary: steps },
  { weight: 5, arbitrary: words },
);
/** Some commands are cut off after so many of their events. */
const cuts = fc.oneof(
  { weight: 9, arbitrary: fc.constant(99) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 1 }) },
);

it('nothing gets looser but by somebody of the level who did not propose it, whatever is done by whomever', () => {
  let looser = 0;
  let tighter = 0;
  fc.assert(
    fc.property(fc.array(fc.tuple(deeds, actors, cuts), { maxLength: 40, size: 'max' }), (life) => {
      let state = NO_CONFIGURATION;
      let revision = 0;
      let proposer = '';
      for (const [deed, actor, cut] of life) {
        const commandId = `c${revision}`;
        const before = inForceIn(state);
        const events = deed(state, commandId, actor).slice(0, cut);
        for (const event of events) {
          const recorded = { ...event, revision, at: '', meta: { actor: { id: actor.id }, commandId } };
          state = evolveConfiguration(state, recorded);
          revision += 1;
          if (event.type === 'ConfigurationProposed.v1') proposer = actor.id;
        }
        const changes = policyChanges(before, inForceIn(state));
        const isLooser = changes.some(({ effect }) => effect === 'looser');
        if (changes.length > 0 && !isLooser) tighter += 1;
        if (!isLooser) continue;
        looser += 1;
        expect(events.map(({ type }) => type)).toEqual(['ConfigurationApproved.v1']);
        expect(actor.id).not.toBe(proposer);
        const { approvals } = before;
        const enough = levelsFrom(before, approvals.exception);
        expect(enough).toContain(levelOf(before, actor));
        expect(state.current).toMatchObject({ by: proposer, approvedBy: actor.id, revision: revision - 1 });
      }
    }),
    { numRuns: 200 },
  );
  // It says something only if policies did become looser, and stricter.
  expect(looser).toBeGreaterThan(30);
  expect(tighter).toBeGreaterThan(100);
});
