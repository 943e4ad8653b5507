import type { ConfigurationAnswer } from '#messaging';
import { hanging, type Line, span } from '../text/line.js';
import type { Look } from '../text/look.js';
import { count } from '../text/words.js';

/** What a proposed version of a policy asks less than what is in force, a place each; nothing for one that is in force. */
export function proposalLines({ proposal }: ConfigurationAnswer, look: Look): Line[] {
  if (!proposal) return [];
  const { looser, unlisted } = proposal;
  return [
    [span('looser', 'bold')],
    ...looser.flatMap(({ path, from, to, words }) => [
      ...hanging([span(`  ${path}  `, 'yellow')], `${from ?? 'not set'} → ${to ?? 'not set'}`, look),
      ...hanging([span('    ')], words, look, { style: 'dim' }),
    ]),
    ...(unlisted > 0 ? [[span(`  and ${count(unlisted, 'place')} more`)]] : []),
  ];
}

/** Who has to approve a proposed version. */
export function whoApproves({ by, proposal }: ConfigurationAnswer): string {
  return `${proposal?.level ?? 'an approver'} has to approve it, and not ${by}`;
}
