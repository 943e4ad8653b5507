import { Command } from 'commander';
import { defineAudit } from './commands/audit.js';
import type { Perform } from './commands/define.js';
import { defineDocuments } from './commands/documents.js';
import { defineEnvironment } from './commands/environment.js';
import { defineOrders } from './commands/orders.js';
import { definePolicy } from './commands/policy.js';
import { defineViews } from './commands/views.js';
import type { Io } from './io.js';
import { lookOf } from './text/look.js';
import { version } from './version.js';

const AFTER_HELP = `
Environment:
  SLUICE_URL    where the service is (http://127.0.0.1:7070 if not set)
  SLUICE_TOKEN  who you are; \`npm start\` leaves tokens in .sluice/tokens.json

Exit codes:
  0  done
  1  the input or the call is wrong
  2  refused by policy or state; for plan: findings that block
  3  the release failed or was rolled back; the log does not fit
  4  not allowed
  5  the service cannot be reached

Examples:
  $ sluice plan -f release.yaml -t topology.yaml
  $ sluice submit -f release.yaml
  $ sluice watch checkout-2.4.0-x7k2`;

/** The options that every command has. */
export interface GlobalOptions {
  readonly json?: boolean;
  readonly url?: string;
}

/** The whole command line. Ends by throwing commander's error instead of leaving the process. */
export function sluiceProgram(io: Io, perform: (options: GlobalOptions) => Perform): Command {
  const sluice = new Command('sluice');
  sluice
    .description('Phased releases: plan, carry out, watch, roll back, and prove who did what.')
    .option('--json', 'print one JSON document and nothing else')
    .option('--url <url>', 'where the service is; SLUICE_URL otherwise')
    .version(version(), '-V, --version')
    .exitOverride()
    .showSuggestionAfterError()
    .configureHelp({ showGlobalOptions: true })
    .configureOutput(outputTo(io))
    .addHelpText('after', AFTER_HELP);
  const performing: Perform = (work) => perform(sluice.opts<GlobalOptions>())(work);
  defineDocuments(sluice, performing);
  defineOrders(sluice, performing);
  defineViews(sluice, performing);
  defineAudit(sluice, performing);
  defineEnvironment(sluice, performing);
  definePolicy(sluice, performing);
  return sluice;
}

function outputTo(io: Io) {
  return {
    writeOut: (text: string) => void io.stdout.write(text),
    writeErr: (text: string) => void io.stderr.write(text),
    getOutHelpWidth: () => Math.min(lookOf(io.stdout, io.env).width, 100),
    getErrHelpWidth: () => Math.min(lookOf(io.stderr, io.env).width, 100),
  };
}
