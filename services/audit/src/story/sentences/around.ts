import { CONFIGURATION_WORDS } from '#domain';
import { brief } from '../wording.js';
import type { Sentences } from './sentences.js';

const MOST_TOLD = 5;

/** What happens around releases: documents that are registered, commands that are refused. */
export const AROUND: Sentences<
  | 'ConfigurationPartRecorded.v1'
  | 'ConfigurationRegistered.v1'
  | 'ConfigurationProposed.v1'
  | 'ConfigurationApproved.v1'
  | 'ConfigurationRejected.v1'
  | 'ConfigurationRefused.v1'
  | 'CommandRefused.v1'
> = {
  'ConfigurationPartRecorded.v1': ({ part }) => `part ${part} of a document recorded`,
  'ConfigurationRegistered.v1': ({ kind, name, digest }, { revision }) =>
    `${CONFIGURATION_WORDS[kind]} ${name} registered as revision ${revision} (digest ${brief(digest)})`,
  'ConfigurationProposed.v1': ({ kind, name, digest, level, looser, unlisted }) =>
    `${CONFIGURATION_WORDS[kind]} ${name} proposed (digest ${brief(digest)}), to be approved at level ${level}: ` +
    `${looser
      .slice(0, MOST_TOLD)
      .map(({ words }) => words)
      .join('; ')}${andMore(looser.length + unlisted - MOST_TOLD)}`,
  'ConfigurationApproved.v1': ({ kind, name, digest, level }, { revision }) =>
    `${CONFIGURATION_WORDS[kind]} ${name}: proposed version ${brief(digest)} approved at level ${level}, in force as ` +
    `revision ${revision}`,
  'ConfigurationRejected.v1': ({ kind, name, digest, level }) =>
    `${CONFIGURATION_WORDS[kind]} ${name}: proposed version ${brief(digest)} ` +
    `${level === null ? 'taken back' : `rejected at level ${level}`}`,
  'ConfigurationRefused.v1': ({ kind, name, command, code, message }, { meta }) =>
    `refused: ${command} of ${CONFIGURATION_WORDS[kind]} ${name} by ${meta.actor.id}: ${code}, ${message}`,
  'CommandRefused.v1': ({ command, code, message }, { meta }) =>
    `refused: ${command} by ${meta.actor.id}: ${code}, ${message}`,
};

function andMore(count: number): string {
  return count > 0 ? `; and ${count} more` : '';
}
