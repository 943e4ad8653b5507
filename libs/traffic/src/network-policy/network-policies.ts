import { dump } from 'js-yaml';
import type { Environment } from '#domain';
import { type CommentedPolicy, policiesFor, type WhoMayAsk } from './policies.js';

/**
 * Network policies that close the loop of an environment behind a Gateway API: its pods reach each other, the cluster's
 * DNS and the upstreams, and are reached by the Gateway's proxies. All else is denied, both ways.
 *
 * @returns YAML for `kubectl apply`, with comments that say what each policy is for and what it cannot do.
 * @throws RouterError `unsupported` when the environment has another kind of router, `refused` when the policies would
 * cut off others than its pods.
 */
export function networkPolicies(environment: Environment, who: WhoMayAsk = {}): string {
  const documents = policiesFor(environment, who).map(yaml);
  return `${comment(headOf(environment))}---\n${documents.join('---\n')}`;
}

function yaml({ says, policy }: CommentedPolicy): string {
  return comment(says) + dump(policy, { noRefs: true, lineWidth: -1 });
}

function headOf({ metadata }: Environment): string[] {
  return [
    `What the pods of environment ${metadata.name} may reach, and who may reach them.`,
    'A network plugin has to enforce this: in a cluster without one these policies do nothing.',
    'Policies add up: another one that selects the same pods can allow more than these.',
    "Kubelets' probes come from a pod's own node, which is always let through.",
  ];
}

/** Nothing in a line of a comment comes from outside but names and addresses, whose forms have no line breaks. */
function comment(lines: readonly string[]): string {
  return lines.map((line) => `# ${line}\n`).join('');
}
