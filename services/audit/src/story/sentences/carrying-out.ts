import { count, list, version } from '../wording.js';
import type { Sentences } from './sentences.js';

export const CARRYING_OUT: Sentences<
  | 'ReleaseStarted.v1'
  | 'WaveOpened.v1'
  | 'UnitDeployStarted.v1'
  | 'UnitDeployed.v1'
  | 'UnitDeployFailed.v1'
  | 'BatchDeployed.v1'
  | 'BatchReopened.v1'
  | 'UnitRetried.v1'
  | 'BatchAdded.v1'
  | 'UnitsDropped.v1'
  | 'TopologyDrifted.v1'
  | 'IntervalChanged.v1'
  | 'ReleaseHeld.v1'
  | 'ReleaseResumed.v1'
  | 'ReleaseCompleted.v1'
  | 'ReleaseAborted.v1'
> = {
  'ReleaseStarted.v1': () => 'started',
  'WaveOpened.v1': ({ wave, batches }) =>
    wave === 0 ? 'staging opened, before any of production' : `wave ${wave} opened: ${list(batches)}`,
  'UnitDeployStarted.v1': ({ unit, attempt, before }) =>
    `${unit}: deployment begun (attempt ${attempt}), it runs ${version(before.version)}` +
    `${before.version !== null && !before.healthy ? ', not healthy' : ''}`,
  'UnitDeployed.v1': ({ unit, before, after, changed }) =>
    changed
      ? `${unit}: ${version(before.version)} → ${version(after.version)}`
      : `${unit}: runs ${version(after.version)} already, nothing was done`,
  'UnitDeployFailed.v1': ({ unit, attempt, error, unchanged, retryAt }) =>
    `${unit}: deployment failed (attempt ${attempt}): ${error.message} [${error.code}]; ` +
    `${unchanged ? 'the unit is as it was' : 'what it runs now is not known'}; ${again(retryAt)}`,
  'BatchDeployed.v1': ({ batch, deployed, failed }) =>
    `${batch} deployed: ${count(deployed, 'unit')}${failed > 0 ? `, ${failed} failed` : ''}`,
  'BatchReopened.v1': ({ batch }) => `${batch} taken up again`,
  'UnitRetried.v1': ({ batch, unit }) => `${unit} is tried again, and ${batch} is not done before it is`,
  'BatchAdded.v1': ({ batch, part, wave, cluster, units, interval }) =>
    part > 1
      ? `${batch} added, part ${part}: ${count(units.length, 'more unit')} of ${cluster}`
      : `${batch} added as wave ${wave}: ${count(units.length, 'unit')} of ${cluster} came later, observed for ${interval}`,
  'UnitsDropped.v1': ({ batch, units }) => `left out of ${batch}, gone from the topology: ${list(units)}`,
  'TopologyDrifted.v1': ({ topology, revision, added, removed, taken, units, handling }) =>
    `topology ${topology} has changed (revision ${revision}): ${changed(added, 'added', units.added)}, ` +
    `${changed(removed, 'removed', units.removed)}${taken ? `; ${taken} of them belong to another release` : ''}; ` +
    HANDLED[handling],
  'IntervalChanged.v1': ({ batch, from, to }) => `interval of ${batch} changed: ${from} → ${to}`,
  'ReleaseHeld.v1': ({ cause, sentence }) => `held (${cause}): ${sentence}`,
  'ReleaseResumed.v1': () => 'the release goes on',
  'ReleaseCompleted.v1': () => 'completed: every batch has passed',
  'ReleaseAborted.v1': () => 'aborted: every unit stays as it is',
};

export function again(retryAt: string | null): string {
  return retryAt === null ? 'not tried again' : `tried again at ${retryAt}`;
}

const HANDLED = {
  hold: 'a person has to say whether it goes on as planned',
  ignore: 'it goes on as planned',
  include: 'the plan takes that up',
} as const;

function changed(number: number, how: string, units: readonly string[]): string {
  if (number === 0) return `none ${how}`;
  const more = number > units.length ? ` and ${number - units.length} more` : '';
  return `${count(number, 'unit')} ${how} (${list(units)}${more})`;
}
