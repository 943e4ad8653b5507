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
    .summary('plan a release; offline where the topology is given')
    .description(
      'Works out what a release would do, wave by wave and when, and what the policy says of it. With the topology in a file no server is needed. Exit code 2: findings block.',
    )
    .requiredOption('-f, --file <file>', 'the release; - is standard input')
    .option('-t, --topology <file>', 'the topology; if not given, the service plans with what is registered')
    .option('-p, --policy <file>', 'the policy; offline the one that ships if not given')
    .option('-e, --environment <file>', 'the staging environment that the release begins in')
    .option('-z, --freeze <file...>', 'freeze windows that it is to go around')
    .option('--suggest', 'show for each finding the change of the documents that would remove it')
    .option('--at <time>', 'as if started at this moment, UTC unless it says otherwise; now if not given')
    .option('--diff <id>', 'say what differs from this release, which is out')
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
    'plan -f release.yaml -t topology.yaml --at 2026-12-24T17:00:00Z',
    'plan -f release.yaml',
    'plan -f release.yaml --diff checkout-2.4.0-x7k2',
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
