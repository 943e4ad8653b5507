import type { Command } from 'commander';
import type { ActorOptions } from '../audit/audit-actor.js';
import type { UnitOptions } from '../audit/audit-unit.js';
import { type OrderOptions, orderOf, type Perform, upTo, withExamples, withKey } from './define.js';

const MOST = upTo(1_000);

/** The commands that prove: who did what, and whether the log is whole. */
export function defineAudit(sluice: Command, perform: Perform): void {
  const audit = sluice
    .command('audit')
    .summary('who did what, when, why, on what evidence')
    .description('Tells who did what, when, why, and on what evidence.');
  withExamples(
    audit,
    'audit release checkout-2.4.0-x7k2',
    'audit unit eu-1-a --at 2026-01-05T10:04:05Z',
    'audit actor alice',
  );

  const release = audit
    .command('release')
    .summary('the whole story of a release')
    .description('Tells the whole story of a release, refused commands included.')
    .argument('<id>', 'the release')
    .action((id: string) =>
      perform(async (session) => (await import('../audit/audit-release.js')).auditRelease(session, id)),
    );
  withExamples(release, 'audit release checkout-2.4.0-x7k2', 'audit release checkout-2.4.0-x7k2 --json');

  const unit = audit
    .command('unit')
    .summary('what a unit ran, and who put it there')
    .description('Tells what a unit runs, or ran at some moment, and who put it there.')
    .argument('<unit>', 'the id of the unit')
    .option('--at <time>', 'at this moment, UTC unless it says otherwise; now if not given')
    .option('--limit <n>', 'at most so many entries of its history', MOST)
    .action((id: string, options: UnitOptions) =>
      perform(async (session) => (await import('../audit/audit-unit.js')).auditUnit(session, id, options)),
    );
  withExamples(
    unit,
    'audit unit eu-1-a',
    'audit unit eu-1-a --at 2026-01-05T10:04:05Z',
    'audit unit eu-1-a --at "2026-01-05 10:04"',
  );

  const actor = audit
    .command('actor')
    .summary('what somebody did')
    .description('Tells what somebody did, newest first: a person by name, or a rule by its id.')
    .argument('<actor>', 'the name of a person, or the id of a rule')
    .option('--limit <n>', 'at most so many', MOST)
    .option('--before <cursor>', 'go on where an earlier answer ended')
    .action((id: string, options: ActorOptions) =>
      perform(async (session) => (await import('../audit/audit-actor.js')).auditActor(session, id, options)),
    );
  withExamples(actor, 'audit actor alice', 'audit actor OBS-3 --limit 20');

  const rebuild = audit
    .command('rebuild')
    .summary('make the read models anew from the log')
    .description('Throws the read models away and makes them anew from the log. The log itself is not touched.')
    .option('--reason <text>', 'why; it stays in the log of the service')
    .action((options: OrderOptions) =>
      perform(async (session) =>
        (await import('../audit/rebuild.js')).rebuild(session, options.reason, orderOf(options)),
      ),
    );
  withExamples(withKey(rebuild), 'audit rebuild');

  const verify = sluice
    .command('verify')
    .summary('check the log: every hash, every state')
    .description(
      'Has every hash and every state worked out again from the log, and names the first event that does not fit. Exit code 3: something does not fit.',
    )
    .argument('[id]', 'one release; the whole log if not given')
    .action((id: string | undefined) =>
      perform(async (session) => (await import('../audit/verify.js')).verify(session, id)),
    );
  withExamples(verify, 'verify', 'verify checkout-2.4.0-x7k2');
}
