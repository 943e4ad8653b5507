/** The requirement's rules, by their ids. */
export const RULES = [
  'BAT-1',
  'BAT-2',
  'BAT-3',
  'BAT-4',
  'INT-1',
  'INT-2',
  'INT-3',
  'INT-4',
  'INT-5',
  'OBS-1',
  'OBS-2',
  'OBS-3',
  'OBS-4',
  'RBK-1',
  'RBK-2',
  'STG-1',
  'STG-2',
  'STG-3',
] as const;
export type RuleId = (typeof RULES)[number];

/** Rules that no plan can break: they are how a release runs, and no policy takes them otherwise. */
export const RUN_TIME_RULES = ['OBS-3', 'OBS-4', 'RBK-2'] as const satisfies readonly RuleId[];

/** A unit, a staging environment, a place in a budget: what one running release has, no other one takes. */
export const CONFLICT_RULE = 'CFL-1';

/** A topology that changes while a release runs over it. */
export const DRIFT_RULE = 'DRF-1';

/** A release that goes through freeze windows: not one of the requirement's rules, but judged like them. */
export const FREEZE_RULE = 'FRZ-1';
