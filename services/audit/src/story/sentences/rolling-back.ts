import { count, version } from '../wording.js';
import { again } from './carrying-out.js';
import type { Sentences } from './sentences.js';

export const ROLLING_BACK: Sentences<
  | 'RollbackStarted.v1'
  | 'UnitRollbackStarted.v1'
  | 'UnitRolledBack.v1'
  | 'UnitRollbackFailed.v1'
  | 'BatchRolledBack.v1'
  | 'ReleaseRolledBack.v1'
> = {
  'RollbackStarted.v1': ({ scope, batch, because, only }) => {
    const what = scope === 'batch' ? `batch ${batch}` : 'the release';
    return only ? `rollback of ${what} goes on with ${only}: ${because}` : `rollback of ${what} began: ${because}`;
  },
  'UnitRollbackStarted.v1': ({ unit, attempt, from, to }) =>
    `${unit}: rollback begun (attempt ${attempt}), from ${version(from.version)} to ${version(to)}`,
  'UnitRolledBack.v1': ({ unit, from, to }) => `${unit}: put back, ${version(from.version)} → ${version(to.version)}`,
  'UnitRollbackFailed.v1': ({ unit, attempt, error, retryAt }) =>
    `${unit}: rollback failed (attempt ${attempt}): ${error.message} [${error.code}]; ${again(retryAt)}`,
  'BatchRolledBack.v1': ({ batch, units }) => `${batch} rolled back: ${count(units, 'unit')}`,
  'ReleaseRolledBack.v1': ({ units }) => `the release is rolled back: ${count(units, 'unit')}`,
};
