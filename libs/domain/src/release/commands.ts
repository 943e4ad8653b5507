import type { PolicySpec } from '../documents/policy.js';
import type { ReleaseSpec } from '../documents/release.js';
import type { NewUnits } from '../planning/drift.js';
import type { Plan } from '../planning/types.js';
import type { UnitError, UnitVersion } from './events.js';
import type { Obstacle } from './obstacle.js';
import type { Reading } from './reading.js';
import type { ReleaseStatus } from './status.js';
import type { Judgement } from './verdict.js';

/** Who gives a command, when, and why. Time and ids come in from outside: deciding asks for neither. */
export interface CommandContext {
  /** The same id again is the same command: it is answered, not carried out again. */
  readonly commandId: string;
  /** ISO-8601. */
  readonly at: string;
  readonly actor: {
    readonly kind: 'person' | 'rule' | 'service';
    readonly id: string;
    readonly roles?: readonly string[];
    /** The level of an approver. */
    readonly level?: string | undefined;
  };
  readonly reason?: string;
  /** Of the steady clock of whoever carries the release out; others have none. */
  readonly reading?: Reading | undefined;
}

interface UnitEffect {
  readonly batch: string;
  readonly unit: string;
}

/** Everything that can be asked of a release, by people and by the services that carry it out. */
export type ReleaseOrder =
  | {
      readonly type: 'submit';
      readonly release: string;
      readonly name: string;
      readonly spec: ReleaseSpec;
      readonly topology: { readonly name: string; readonly revision: number };
      readonly policy: { readonly name: string; readonly revision: number; readonly spec: PolicySpec };
      readonly environment?: { readonly name: string; readonly revision: number } | undefined;
      readonly plan: Plan;
      readonly digest: string;
    }
  /** Goes on with a plan whose recording was interrupted. */
  | { readonly type: 'finish-plan'; readonly plan: Plan; readonly digest: string }
  | { readonly type: 'approve'; readonly digest?: string | undefined }
  | { readonly type: 'reject' }
  | { readonly type: 'withdraw' }
  | { readonly type: 'start' }
  | { readonly type: 'pause' }
  | { readonly type: 'resume' }
  | { readonly type: 'abort' }
  | { readonly type: 'change-interval'; readonly batch: string; readonly to: string }
  | { readonly type: 'confirm'; readonly batch: string; readonly seen: string }
  | { readonly type: 'retry-unit'; readonly unit: string }
  | { readonly type: 'roll-back'; readonly batch?: string | undefined }
  | ({ readonly type: 'begin-unit'; readonly before: UnitVersion; readonly journal?: string | undefined } & UnitEffect)
  | ({
      readonly type: 'record-unit-deployed';
      readonly attempt: number;
      readonly before: UnitVersion;
      readonly after: UnitVersion;
      readonly changed: boolean;
    } & UnitEffect)
  | ({
      readonly type: 'record-unit-failed';
      readonly attempt: number;
      readonly error: UnitError;
      readonly unchanged: boolean;
    } & UnitEffect)
  | ({
      readonly type: 'begin-unit-rollback';
      readonly from: UnitVersion;
      readonly journal?: string | undefined;
    } & UnitEffect)
  | ({
      readonly type: 'record-unit-rolled-back';
      readonly attempt: number;
      readonly from: UnitVersion;
      readonly to: UnitVersion;
    } & UnitEffect)
  | ({ readonly type: 'record-unit-rollback-failed'; readonly attempt: number; readonly error: UnitError } & UnitEffect)
  | ({
      readonly type: 'record-verdict';
      readonly batch: string;
      readonly validator: string;
      readonly deployedAt: string;
    } & Judgement)
  /** What a probe of the closed loop of this deployment came to. */
  | ({ readonly type: 'record-probe'; readonly deployedAt: string } & Judgement)
  /** The router divides the traffic as it was told by this change. */
  | { readonly type: 'record-traffic-shifted'; readonly shift: number }
  | { readonly type: 'record-traffic-shift-failed'; readonly shift: number; readonly error: UnitError }
  /**
   * What another version of the topology changes for the release. `digest`: of all that the release would take there;
   * the same again is no news. `taken`: units of `added` that belong to another release.
   */
  | {
      readonly type: 'report-drift';
      readonly revision: number;
      readonly digest: string;
      readonly added: readonly NewUnits[];
      readonly removed: readonly string[];
      readonly taken?: readonly string[] | undefined;
    }
  /**
   * Takes every step that is due by itself: gates that open, deadlines that are over, reactions to failure.
   * `obstacles`: what is in the way outside of the release. Absent: nobody has looked, so that a release which waits for
   * one goes on waiting.
   */
  | { readonly type: 'advance'; readonly obstacles?: readonly Obstacle[] | undefined };

export type ReleaseOrderType = ReleaseOrder['type'];
export type ReleaseCommand<T extends ReleaseOrderType = ReleaseOrderType> = CommandContext &
  Extract<ReleaseOrder, { type: T }>;

/** In which status a command makes sense at all. Everything else is refused as `WRONG_STATE`. */
export const ALLOWED: Readonly<Record<ReleaseOrderType, readonly ReleaseStatus[]>> = {
  submit: ['absent'],
  'finish-plan': ['submitted', 'planned'],
  approve: ['planned', 'escalated', 'ready'],
  reject: ['planned', 'escalated', 'ready'],
  withdraw: ['planned', 'escalated', 'ready'],
  start: ['ready'],
  pause: ['running', 'held'],
  resume: ['held'],
  abort: ['running', 'held', 'rolling-back'],
  'change-interval': ['running', 'held'],
  confirm: ['running', 'held'],
  'retry-unit': ['running', 'held'],
  'roll-back': ['running', 'held', 'rolling-back', 'completed'],
  'begin-unit': ['running'],
  'record-unit-deployed': ['running', 'held', 'rolling-back', 'aborted'],
  'record-unit-failed': ['running', 'held', 'rolling-back', 'aborted'],
  'begin-unit-rollback': ['rolling-back'],
  'record-unit-rolled-back': ['rolling-back', 'held', 'aborted'],
  'record-unit-rollback-failed': ['rolling-back', 'held', 'aborted'],
  'record-verdict': ['running', 'held'],
  'record-probe': ['running', 'held'],
  'record-traffic-shifted': ['running', 'held', 'rolling-back'],
  'record-traffic-shift-failed': ['running', 'held', 'rolling-back'],
  'report-drift': ['running', 'held'],
  advance: ['running', 'held', 'rolling-back'],
};
