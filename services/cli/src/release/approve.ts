import { isBlocking, type ReleaseView } from '#domain';
import type { ReleaseAnswer } from '#messaging';
import { EXIT, type Exit } from '../exit.js';
import { CommandFailure } from '../failure.js';
import type { Api, Order } from '../server/api.js';
import type { Session } from '../session.js';
import { approvalText, findingLines } from '../text/findings.js';
import { type Line, span } from '../text/line.js';
import type { Look } from '../text/look.js';
import { getRelease, releasePath } from './get-release.js';
import { nextStep } from './next-step.js';
import { type Change, outcome } from './orders.js';

/** Approves a release. What is approved is shown, and nothing else is: the approval names the plan that was looked at. */
export async function approveRelease(session: Session, id: string, change: Change, order: Order): Promise<Exit> {
  const api = session.api();
  const view = change.body.digest === undefined ? await lookAt(api, id) : null;
  if (view?.plan) session.note(whatIsApproved(view, view.plan, session.look));
  const body = { ...change.body, digest: change.body.digest ?? view?.plan?.digest };
  const answer = await api.post<ReleaseAnswer>(`${releasePath(id)}/${change.path}`, body, order);
  if (session.json) session.answer(answer);
  else session.say([outcome(answer)]);
  if (answer.state === 'ready') session.note([`next: sluice start ${answer.id}`]);
  else if (view && !session.json) session.note([`next: ${nextStep(await getRelease(api, id)) ?? `sluice show ${id}`}`]);
  return EXIT.done;
}

/** Null for somebody who may approve and may not look: then any plan that the release has is approved. */
async function lookAt(api: Api, id: string): Promise<ReleaseView | null> {
  try {
    return await getRelease(api, id);
  } catch (error) {
    if (error instanceof CommandFailure && error.exit === EXIT.notAllowed) return null;
    throw error;
  }
}

function whatIsApproved(view: ReleaseView, plan: NonNullable<ReleaseView['plan']>, look: Look): Line[] {
  const { service, version, risk, author, reason } = view;
  const blocking = plan.findings.filter(isBlocking);
  return [
    [span('approves '), span(`${service} ${version}`, 'bold'), span(`, ${risk} risk, by ${author}: ${reason}`)],
    [span(`plan ${plan.digest.slice(0, 12)}; ${approvalText(plan.approval)}`)],
    ...findingLines(blocking, look),
  ];
}
