import type { Command } from 'commander';
import type { PlanOptions } from '../plan/run-plan.js';
import { type OrderOptions, orderOf, type Perform, withExamples, withKey } from './define.js';

interface FileOptions extends OrderOptions {
  readonly file: string;
}

/** The commands that begin with a file. */
export function defineDocuments(sluice: Command, perform: Perform): void {
  const plan = sluice
    .command('plan')
    .summary('plan a release offline, no server needed')
    .description(
      'Works out what a release would do, batch by batch, and what the policy says of it. Exit code 2: findings block.',
    )
    .requiredOption('-f, --file <file>', 'the release; - is standard input')
    .requiredOption('-t, --topology <file>', 'the topology; - is standard input')
    .option('-p, --policy <file>', 'the policy; the one that ships if not given')
    .option('-e, --environment <file>', 'the staging environment that the release begins in')
    .option('-z, --freeze <file...>', 'freeze windows that it is to go around')
    .option('--suggest', 'show for each finding the change of the documents that would remove it')
    .action((options: PlanOptions) =>
      perform(async (session) => (await import('../plan/run-plan.js')).runPlan(session, options)),
    );
  withExamples(
    plan,
    'plan -f release.yaml -t topology.yaml',
    'plan -f release.yaml -t topology.yaml -e environment.yaml',
    'plan -f release.yaml -t topology.yaml -z weekend.yaml holidays.yaml',
    'plan -f release.yaml -t topology.yaml -p strict.yaml --json',
    'plan -f release.yaml -t topology.yaml --suggest',
  );

  const apply = sluice
    .command('apply')
    .summary('register a topology, a policy, an environment or a freeze window')
    .description(
      'Registers a topology, a policy, a staging environment or a freeze window under its name, as a new revision. A policy that asks less than the one in force is proposed: it waits for an approval.',
    )
    .requiredOption('-f, --file <file>', 'the document; - is standard input')
    .action((options: FileOptions) =>
      perform(async (session) =>
        (await import('../documents/apply.js')).apply(session, options.file, orderOf(options)),
      ),
    );
  withExamples(withKey(apply), 'apply -f topology.yaml', 'apply -f environment.yaml', 'apply -f - < policy.yaml');

  const submit = sluice
    .command('submit')
    .summary('submit a release; prints its id')
    .description(
      'Submits a release and prints its id. It is planned at once and waits for an approval, if it needs one, or for its start.',
    )
    .requiredOption('-f, --file <file>', 'the release; - is standard input')
    .action((options: FileOptions) =>
      perform(async (session) =>
        (await import('../release/submit.js')).submit(session, options.file, orderOf(options)),
      ),
    );
  withExamples(withKey(submit), 'submit -f release.yaml', 'ID=$(sluice submit -f release.yaml) && sluice start "$ID"');
}
