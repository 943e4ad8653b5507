import { type ApprovalNeed, type Finding, isBlocking } from '#domain';
import { hanging, type Line, span } from './line.js';
import type { Look } from './look.js';

/** Ids of an organisation's own rules may be long; the column of rules is no wider than this. */
const MOST_RULE = 20;

const EFFECTS = {
  blocks: { word: 'BLOCKS', style: 'red' },
  warns: { word: 'warns ', style: 'yellow' },
  shadow: { word: 'shadow', style: 'dim' },
} as const;

/** What the policy has to say, worst first, each with what would satisfy it. Nothing when there is nothing to say. */
export function findingLines(findings: readonly Finding[], look: Look): Line[] {
  if (findings.length === 0) return [];
  const width = Math.min(MOST_RULE, Math.max(...findings.map(({ rule }) => rule.length)));
  return [
    [span('findings', 'bold')],
    ...(['blocks', 'warns', 'shadow'] as const).flatMap((effect) =>
      findings
        .filter((finding) => effectOf(finding) === effect)
        .flatMap((finding) => findingText(finding, { ...EFFECTS[effect], width }, look)),
    ),
  ];
}

function effectOf(finding: Finding): keyof typeof EFFECTS {
  if (finding.mode === 'shadow') return 'shadow';
  return isBlocking(finding) ? 'blocks' : 'warns';
}

function findingText(
  { rule, batch, message, remedy }: Finding,
  { word, style, width }: { word: string; style: 'red' | 'yellow' | 'dim'; width: number },
  look: Look,
): Line[] {
  const heading = [span(`  ${word}`, style), span(`  ${rule.padEnd(width)}  `, 'bold')];
  const indent = span(' '.repeat(width + 12));
  return [
    ...hanging(heading, batch ? `${batch} ${message}` : message, look),
    ...hanging([indent, span('→ ', 'dim')], remedy, look, { style: 'dim' }),
  ];
}

/** Who has to approve and why; the same words for a plan and for a release that was submitted. */
export function approvalText(approval: ApprovalNeed | null): string {
  if (!approval) return 'nobody has to approve';
  const { level, because, people = 1 } = approval;
  const who = people > 1 ? `${people} people of level ${level} have` : `${level} has`;
  if (because.length === 0) return `${who} to approve, as the risk asks`;
  return `${who} to approve an exception: ${because.join(', ')} ${because.length === 1 ? 'blocks' : 'block'}`;
}
