import type { Command } from 'commander';
import type { EventsOptions } from '../log/events.js';
import type { ListOptions } from '../release/list.js';
import { type Perform, upTo, whole, withExamples } from './define.js';

/** The commands that look at releases and at the log. */
export function defineViews(sluice: Command, perform: Perform): void {
  const show = sluice
    .command('show')
    .summary('show how a release stands')
    .description('Shows how a release stands: its staging environment, batches, verdicts, approvals and findings.')
    .argument('<id>', 'the release')
    .action((id: string) => perform(async (session) => (await import('../release/show.js')).show(session, id)));
  withExamples(show, 'show checkout-2.4.0-x7k2', 'show checkout-2.4.0-x7k2 --json');

  const list = sluice
    .command('list')
    .summary('list releases, newest first')
    .description('Lists releases, newest first.')
    .option('--state <state>', 'only those in this state')
    .option('--service <service>', 'only those of this service')
    .option('--limit <n>', 'at most so many', upTo(1_000), 50)
    .option('--before <cursor>', 'go on where an earlier list ended')
    .action((options: ListOptions) =>
      perform(async (session) => (await import('../release/list.js')).list(session, options)),
    );
  withExamples(list, 'list', 'list --state running', 'list --service checkout --limit 5');

  const watch = sluice
    .command('watch')
    .summary('follow a release until its end')
    .description('Follows a release until its end. Exit code 0: completed; 3: it ended in any other way.')
    .argument('<id>', 'the release')
    .action((id: string) => perform(async (session) => (await import('../release/watch.js')).watch(session, id)));
  withExamples(watch, 'watch checkout-2.4.0-x7k2', 'watch checkout-2.4.0-x7k2 --json > outcome.json');

  const events = sluice
    .command('events')
    .summary('print the events of a release, or of everything')
    .description('Prints the events of a release, or of everything, in the order of the log.')
    .argument('[id]', 'the release; everything if not given')
    .option('--follow', 'go on with those to come; with --json one object a line')
    .option('--after <position>', 'only those after this position', whole)
    .option('--limit <n>', 'at most so many; 1,000 if not given and not followed', upTo(100_000))
    .action((id: string | undefined, options: EventsOptions) =>
      perform(async (session) => (await import('../log/events.js')).events(session, id, options)),
    );
  withExamples(events, 'events checkout-2.4.0-x7k2', 'events --follow --json', 'events --after 20480 --limit 100');
}
