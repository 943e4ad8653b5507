import { STAGING_BATCH, STAGING_VALIDATORS } from '#domain';
import type { RecordedEvent } from '#event-store';
import { clockTime } from '../text/time.js';
import { actorName } from '../text/words.js';
import type { Tale } from './tale.js';
import { STAGING_TALE } from './tell-staging.js';

const [CLOSED_LOOP] = STAGING_VALIDATORS;

/**
 * What is worth a line while a release runs. What happens to each unit is left out as long as it goes well: there may
 * be thousands.
 */
const WORTH_TELLING: Tale = {
  ...STAGING_TALE,
  'ApprovalGiven.v1': ({ level, nth, of }) => `approved at level ${level}${of ? `, ${nth} of ${of}` : ''}`,
  'ReleaseReadied.v1': () => 'ready to start',
  'ReleaseRejected.v1': () => 'rejected',
  'ReleaseWithdrawn.v1': () => 'withdrawn',
  'ReleaseStarted.v1': () => 'started',
  'WaveOpened.v1': ({ wave, batches }) =>
    wave === 0 ? 'staging opened' : `wave ${wave} opened: ${batches.join(', ')}`,
  'UnitDeployFailed.v1': ({ unit, error, retryAt }) =>
    `${unit} failed: ${error.message}${retryAt ? '; to be tried again' : ''}`,
  'BatchDeployed.v1': ({ batch, deployed, failed }) =>
    `${batch} deployed on ${deployed}${failed > 0 ? `, failed on ${failed}` : ''}; now ${batch === STAGING_BATCH ? 'to be probed' : 'observed'}`,
  'VerdictReached.v1': ({ batch, validator, verdict, sentence }) =>
    validator === CLOSED_LOOP && verdict === 'failed'
      ? `leak found in ${batch}: ${sentence}`
      : `${batch} ${validator} ${verdict}: ${sentence}`,
  'ConfirmationGiven.v1': ({ batch, seen }) => `${batch} confirmed: ${seen}`,
  'BatchPassed.v1': ({ batch }) => `${batch} passed`,
  'BatchHeld.v1': ({ batch }) => `${batch} held`,
  'BatchFailed.v1': ({ batch, sentence }) => `${batch} failed: ${sentence}`,
  'BatchReopened.v1': ({ batch }) => `${batch} taken up again`,
  'BatchAdded.v1': ({ batch, units }) => `${batch} added with ${units.length} units that came later`,
  'UnitsDropped.v1': ({ batch, units }) => `${units.length} units that are gone left out of ${batch}`,
  'TopologyDrifted.v1': ({ topology, added, removed, handling }) =>
    `topology ${topology} has changed: ${added} units more, ${removed} less (${handling})`,
  'UnitRetried.v1': ({ unit }) => `${unit} is tried again`,
  'IntervalChanged.v1': ({ batch, from, to }) => `interval of ${batch} changed from ${from} to ${to}`,
  'ReleaseHeld.v1': ({ sentence }) => `held: ${sentence}`,
  'ReleaseResumed.v1': () => 'resumed',
  'RollbackStarted.v1': ({ scope, batch, because, only }) =>
    `rollback of ${scope === 'batch' ? batch : 'the release'} ${only ? `goes on with ${only}` : 'began'}: ${because}`,
  'UnitRollbackFailed.v1': ({ unit, error }) => `${unit} could not be rolled back: ${error.message}`,
  'BatchRolledBack.v1': ({ batch, units }) => `${batch} rolled back, ${units} units`,
  'ReleaseRolledBack.v1': ({ units }) => `rolled back, ${units} units`,
  'ReleaseCompleted.v1': () => 'completed',
  'ReleaseAborted.v1': () => 'aborted',
};

const TELLERS = new Map<string, (data: never) => string>(Object.entries(WORTH_TELLING));

/** An event in a few words, with when and who; undefined when it is not worth a line. */
export function tell({ type, at, data, meta }: RecordedEvent): string | undefined {
  const words = TELLERS.get(type);
  // The type says what the data is: both come out of one event of the log.
  return words && `${clockTime(at)}  ${words(data as never)}  (${actorName(meta.actor)})`;
}
