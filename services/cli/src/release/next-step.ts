import type { HoldCause, ReleaseView } from '#domain';
import type { ShownState } from './states.js';

type Advice = (view: ReleaseView) => string | undefined;

const approve: Advice = ({ id, plan, approved }) => {
  const level = plan?.approval?.level ?? 'an approver';
  const who =
    approved && approved.given > 0 ? `${approved.given} of ${approved.of} have approved; another ${level}` : level;
  return `${who} decides: sluice approve ${id} --reason "…"   (or reject)`;
};

const AFTER_HOLD: Readonly<Record<HoldCause, Advice>> = {
  paused: ({ id }) => `sluice resume ${id}`,
  'no-verdict': () => 'it goes on by itself once every validator has said passed',
  failed: (view) => {
    const back = `sluice rollback ${view.id}${view.hold?.batch ? ` --batch ${view.hold.batch}` : ''} --reason "…"`;
    const unit = retriable(view);
    return unit ? `sluice retry ${view.id} --unit ${unit}, or ${back}` : back;
  },
  'batch-rolled-back': ({ id }) => `sluice resume ${id}   (takes the batch up again), rollback or abort`,
  staging: ({ id }) => `see to what it names, then: sluice resume ${id}   (tries again), rollback or abort`,
  queued: () => 'it goes on by itself once what is in its way is gone',
  freeze: () => 'it goes on by itself once the freeze is over',
  drift: ({ id }) => `sluice resume ${id} --reason "…"   (it goes on with the units of its plan)`,
  aborting: () => 'it ends by itself once its traffic has left staging; the router has to answer for that',
  'rollback-failed': (view) => {
    const unit = retriable(view);
    return `see to the units, then: sluice resume ${view.id}${unit ? `   (or one by one: sluice retry ${view.id} --unit ${unit})` : ''}`;
  },
};

/** The first unit that failed for good, in a batch that no validator has found to be bad. */
function retriable({ batches, staging }: ReleaseView): string | undefined {
  const all = [...(staging ? [staging] : []), ...batches];
  const found = all.find(({ failedUnits, verdicts }) => failedUnits && !verdicts.some(isBad));
  return found?.failedUnits?.[0];
}

function isBad({ verdict }: { readonly verdict: string }): boolean {
  return verdict === 'failed';
}

const BY_STATE: Readonly<Partial<Record<ShownState, Advice>>> = {
  planned: approve,
  escalated: approve,
  ready: ({ id }) => `sluice start ${id}`,
  running: ({ id }) => `sluice watch ${id}`,
  'rolling-back': ({ id }) => `sluice watch ${id}`,
  held: (view) => view.hold && AFTER_HOLD[view.hold.cause](view),
};

/** What a person would do next; undefined when there is nothing to do. */
export function nextStep(view: ReleaseView): string | undefined {
  return BY_STATE[view.state]?.(view);
}
