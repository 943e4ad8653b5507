import type { Command } from 'commander';
import type { Word } from '../policy/decide.js';
import { type OrderOptions, orderOf, type Perform, withExamples, withKey } from './define.js';

interface WordOptions extends OrderOptions {
  readonly reason: string;
  readonly digest?: string;
}

/** The commands around policies that wait for an approval. */
export function definePolicy(sluice: Command, perform: Perform): void {
  const policy = sluice
    .command('policy')
    .summary('see policies, approve or reject a looser one')
    .description(
      'Shows policies, and decides on those that are proposed: a version that asks less than what is in force waits for an approval of the level above.',
    );
  withExamples(
    policy,
    'policy list',
    'policy approve default --reason "Measured for a year"',
    'policy reject default --reason "Not in the sale"',
  );

  const list = policy
    .command('list')
    .summary('what is in force, and what is proposed')
    .description(
      'Lists the policies that are in force and the versions that are proposed, with what each makes looser.',
    )
    .action(() => perform(async (session) => (await import('../policy/list.js')).list(session)));
  withExamples(list, 'policy list', 'policy list --json');

  defineWord(policy, perform, {
    decision: 'approve',
    summary: 'approve the version of a policy that is proposed',
    description:
      'Shows what a proposed version makes looser, and approves just that version. Whoever proposed it cannot.',
    example: 'policy approve default --reason "Measured for a year"',
  });
  defineWord(policy, perform, {
    decision: 'reject',
    summary: 'reject the version of a policy that is proposed',
    description: 'Rejects a proposed version; what is in force stays. Whoever proposed it can take it back this way.',
    example: 'policy reject default --reason "Not in the sale"',
  });
}

interface WordCommand {
  readonly decision: Word['decision'];
  readonly summary: string;
  readonly description: string;
  readonly example: string;
}

function defineWord(policy: Command, perform: Perform, { decision, summary, description, example }: WordCommand): void {
  const command = policy
    .command(decision)
    .summary(summary)
    .description(description)
    .argument('<name>', 'the policy')
    .requiredOption('--reason <text>', 'why; it stays in the log')
    .option('--digest <digest>', 'only if the version that is proposed is still the one with this digest')
    .action((name: string, { reason, digest, ...options }: WordOptions) =>
      perform(async (session) =>
        (await import('../policy/decide.js')).decide(session, name, { decision, reason, digest }, orderOf(options)),
      ),
    );
  withExamples(withKey(command), example);
}
