import type { RuleId } from '../rule-ids.js';
import { bat1 } from './bat-1.js';
import { bat2 } from './bat-2.js';
import { bat3 } from './bat-3.js';
import { bat4 } from './bat-4.js';
import type { Rule } from './finding.js';
import { int1 } from './int-1.js';
import { int2 } from './int-2.js';
import { int3 } from './int-3.js';
import { int4 } from './int-4.js';
import { int5 } from './int-5.js';
import { obs1 } from './obs-1.js';
import { obs2 } from './obs-2.js';
import { rbk1 } from './rbk-1.js';
import { stg1 } from './stg-1.js';
import { stg2 } from './stg-2.js';
import { stg3 } from './stg-3.js';

/** The rules that are checked when a plan is made, in the order in which people read them. */
export const RULE_TABLE: Readonly<Partial<Record<RuleId, Rule>>> = {
  'BAT-1': bat1,
  'BAT-2': bat2,
  'BAT-3': bat3,
  'BAT-4': bat4,
  'INT-1': int1,
  'INT-2': int2,
  'INT-3': int3,
  'INT-4': int4,
  'INT-5': int5,
  'OBS-1': obs1,
  'OBS-2': obs2,
  'RBK-1': rbk1,
  'STG-1': stg1,
  'STG-2': stg2,
  'STG-3': stg3,
};
