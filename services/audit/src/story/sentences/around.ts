import { CONFIGURATION_WORDS } from '#domain';
import { brief } from '../wording.js';
import type { Sentences } from './sentences.js';

/** What happens around releases: documents that are registered, commands that are refused. */
export const AROUND: Sentences<'ConfigurationPartRecorded.v1' | 'ConfigurationRegistered.v1' | 'CommandRefused.v1'> = {
  'ConfigurationPartRecorded.v1': ({ part }) => `part ${part} of a document recorded`,
  'ConfigurationRegistered.v1': ({ kind, name, digest }, { revision }) =>
    `${CONFIGURATION_WORDS[kind]} ${name} registered as revision ${revision} (digest ${brief(digest)})`,
  'CommandRefused.v1': ({ command, code, message }, { meta }) =>
    `refused: ${command} by ${meta.actor.id}: ${code}, ${message}`,
};
