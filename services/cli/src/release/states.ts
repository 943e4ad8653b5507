import type { BatchStatus, ReleaseStatus, VerdictKind } from '#domain';
import { EXIT, type Exit } from '../exit.js';
import type { Style } from '../text/look.js';

/** States that a release has once it is there. */
export type ShownState = Exclude<ReleaseStatus, 'absent'>;

export const RELEASE_STYLE: Readonly<Record<ShownState, Style>> = {
  submitted: 'dim',
  planned: 'yellow',
  escalated: 'yellow',
  rejected: 'red',
  withdrawn: 'dim',
  ready: 'cyan',
  running: 'cyan',
  held: 'magenta',
  'rolling-back': 'magenta',
  'rolled-back': 'red',
  completed: 'green',
  aborted: 'red',
};

export const BATCH_STYLE: Readonly<Record<BatchStatus, Style>> = {
  pending: 'dim',
  deploying: 'cyan',
  observing: 'yellow',
  passed: 'green',
  failed: 'red',
  held: 'magenta',
  'rolling-back': 'magenta',
  'rolled-back': 'red',
};

export const VERDICT_LOOKS: Readonly<Record<VerdictKind, { readonly mark: string; readonly style: Style }>> = {
  passed: { mark: '✓', style: 'green' },
  failed: { mark: '✗', style: 'red' },
  undecided: { mark: '?', style: 'yellow' },
  unavailable: { mark: '!', style: 'magenta' },
  cancelled: { mark: '-', style: 'dim' },
};

/** What a release that has come to its end means for whoever waited for it; undefined as long as it goes on. */
export const EXIT_OF_END: Readonly<Partial<Record<ShownState, Exit>>> = {
  completed: EXIT.done,
  'rolled-back': EXIT.failed,
  aborted: EXIT.failed,
  rejected: EXIT.failed,
  withdrawn: EXIT.failed,
};

/** The style of a state that may come from a newer service than this program. */
export function styleOf(state: string): Style | undefined {
  return new Map<string, Style>(Object.entries(RELEASE_STYLE)).get(state);
}
