import { EXIT, type Exit } from '../exit.js';
import { type Order, PATIENT_MS } from '../server/api.js';
import type { Session } from '../session.js';
import { figure } from '../text/words.js';

interface Rebuilt {
  readonly events: number;
  readonly seconds: number;
}

/** Throws the read models away and makes them anew from the log. */
export async function rebuild(session: Session, reason: string | undefined, order: Order): Promise<Exit> {
  const rebuilt = await session.api().post<Rebuilt>('/v1/audit/rebuild', { reason }, order, PATIENT_MS);
  if (session.json) session.answer(rebuilt);
  else session.say([`rebuilt from ${figure(rebuilt.events)} events in ${rebuilt.seconds.toFixed(1)} s`]);
  return EXIT.done;
}
