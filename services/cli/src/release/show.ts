import { EXIT, type Exit } from '../exit.js';
import type { Session } from '../session.js';
import { getRelease } from './get-release.js';
import { nextStep } from './next-step.js';
import { viewText } from './view-text.js';

export async function show(session: Session, id: string): Promise<Exit> {
  const view = await getRelease(session.api(), id);
  if (session.json) session.answer(view);
  else session.say(viewText(view, session.look));
  const next = nextStep(view);
  if (next) session.note(['', `next: ${next}`]);
  return EXIT.done;
}
