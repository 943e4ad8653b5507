import type { ApprovalNeed, Finding } from '#domain';
import { hanging, type Line, span } from './line.js';
import type { Look } from './look.js';

/** What the policy has to say, worst first, each with what would satisfy it. Nothing when there is nothing to say. */
export function findingLines(findings: readonly Finding[], look: Look): Line[] {
  if (findings.length === 0) return [];
  const worstFirst = [
    ...findings.filter(({ severity }) => severity === 'block'),
    ...findings.filter(({ severity }) => severity !== 'block'),
  ];
  return [[span('findings', 'bold')], ...worstFirst.flatMap((finding) => findingText(finding, look))];
}

function findingText({ rule, severity, batch, message, remedy }: Finding, look: Look): Line[] {
  const style = severity === 'block' ? 'red' : 'yellow';
  const heading = [
    span(`  ${severity === 'block' ? 'BLOCKS' : 'warns '}`, style),
    span(`  ${rule.padEnd(5)}  `, 'bold'),
  ];
  const indent = span(' '.repeat(17));
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
