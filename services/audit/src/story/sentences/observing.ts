import { list } from '../wording.js';
import type { Sentences } from './sentences.js';

export const OBSERVING: Sentences<
  | 'VerdictReached.v1'
  | 'ConfirmationGiven.v1'
  | 'RunWitnessed.v1'
  | 'BatchPassed.v1'
  | 'BatchHeld.v1'
  | 'BatchFailed.v1'
> = {
  'VerdictReached.v1': ({ batch, validator, verdict, sentence }) =>
    `${validator} says ${verdict} on ${batch}: ${sentence}`,
  'ConfirmationGiven.v1': ({ batch, validators, seen }) => `${batch} confirmed for ${list(validators)}, seen: ${seen}`,
  'RunWitnessed.v1': () => 'still being observed',
  'BatchPassed.v1': ({ batch }) => `${batch} passed`,
  'BatchHeld.v1': ({ batch }) => `${batch} held: it is not confirmed stable`,
  'BatchFailed.v1': ({ batch, cause, sentence }) =>
    `${batch} failed, by ${cause === 'units' ? 'its deployment' : 'a verdict'}: ${sentence}`,
};
