import type { KnownEvent, LogEvent } from './events.js';
import { AROUND } from './sentences/around.js';
import { CARRYING_OUT } from './sentences/carrying-out.js';
import { OBSERVING } from './sentences/observing.js';
import { PLANNING } from './sentences/planning.js';
import { ROLLING_BACK } from './sentences/rolling-back.js';
import type { Sentences } from './sentences/sentences.js';
import { STAGING } from './sentences/staging.js';

/** A new type of event does not compile until it has a sentence. */
const SENTENCES: Sentences = {
  ...PLANNING,
  ...STAGING,
  ...CARRYING_OUT,
  ...OBSERVING,
  ...ROLLING_BACK,
  ...AROUND,
};

/** What happened, in one plain sentence. */
export function describe({ known, recorded }: LogEvent): string {
  if (known === null) return `${recorded.type}: something that this version of Sluice cannot read`;
  const sentence = SENTENCES[known.type] as (data: KnownEvent['data'], recorded: LogEvent['recorded']) => string;
  return sentence(known.data, recorded);
}
