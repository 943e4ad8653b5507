import type { Command } from 'commander';
import type { Change } from '../release/orders.js';
import { type OrderOptions, orderOf, type Perform, withExamples, withKey, withRevision } from './define.js';

/** A command that changes a release, as data. */
interface OrderCommand {
  readonly name: string;
  readonly summary: string;
  readonly description: string;
  readonly reason: 'required' | 'optional' | 'none';
  /** Options of its own: flags, what they mean, whether they have to be given. */
  readonly options?: readonly { readonly flags: string; readonly what: string; readonly required?: boolean }[];
  readonly change: (options: Given) => Change;
  /** Whether the release is looked at first, and shown. */
  readonly looksFirst?: boolean;
  readonly examples: readonly string[];
}

/** What may be given, over all of these commands. */
interface Given extends OrderOptions {
  readonly batch?: string;
  readonly unit?: string;
  readonly seen?: string;
  readonly to?: string;
  readonly digest?: string;
}

const BATCH = { flags: '--batch <batch>', what: 'the batch, eu-1.1 for instance' };

const ORDERS: readonly OrderCommand[] = [
  {
    name: 'approve',
    summary: 'approve a release that waits for it',
    description:
      'Shows what a release waits for an approval of, and approves just that. Whoever submitted it cannot; the policy says what levels count, who holds them, and how many people it takes.',
    reason: 'required',
    options: [{ flags: '--digest <digest>', what: 'only if the plan is still the one with this digest' }],
    change: ({ reason, digest }) => ({
      path: 'approvals',
      body: { decision: 'approve', reason, digest },
    }),
    looksFirst: true,
    examples: ['approve checkout-2.4.0-x7k2 --reason "Tax table checked with finance"'],
  },
  {
    name: 'reject',
    summary: 'reject a release that waits for an approval',
    description: 'Rejects a release for good.',
    reason: 'required',
    change: ({ reason }) => ({ path: 'approvals', body: { decision: 'reject', reason } }),
    examples: ['reject checkout-2.4.0-x7k2 --reason "Not before the sale is over"'],
  },
  {
    name: 'start',
    summary: 'start a release that is ready',
    description: 'Starts a release: the first wave opens.',
    reason: 'optional',
    change: ({ reason }) => ({ path: 'start', body: { reason }, next: 'watch' }),
    examples: ['start checkout-2.4.0-x7k2', 'start checkout-2.4.0-x7k2 --if-revision 9'],
  },
  {
    name: 'pause',
    summary: 'hold a running release',
    description: 'Holds a running release: nothing new is begun until it is resumed.',
    reason: 'optional',
    change: ({ reason }) => ({ path: 'pause', body: { reason }, next: 'resume' }),
    examples: ['pause checkout-2.4.0-x7k2 --reason "Incident in payments"'],
  },
  {
    name: 'resume',
    summary: 'let a release that is held go on',
    description: 'Lets a release that is held go on. A batch that failed is not made good by it.',
    reason: 'optional',
    change: ({ reason }) => ({ path: 'resume', body: { reason }, next: 'watch' }),
    examples: ['resume checkout-2.4.0-x7k2 --reason "Incident is over"'],
  },
  {
    name: 'abort',
    summary: 'end a release as it stands, without rolling back',
    description: 'Ends a release as it stands: what was deployed stays. To undo it, roll it back instead.',
    reason: 'required',
    change: ({ reason }) => ({ path: 'abort', body: { reason } }),
    examples: ['abort checkout-2.4.0-x7k2 --reason "Replaced by 2.4.1"'],
  },
  {
    name: 'withdraw',
    summary: 'take back a release that was not started',
    description: 'Takes back a release that was not started.',
    reason: 'optional',
    change: ({ reason }) => ({ path: 'withdraw', body: { reason } }),
    examples: ['withdraw checkout-2.4.0-x7k2 --reason "Wrong version"'],
  },
  {
    name: 'confirm',
    summary: 'give the second confirmation of a batch',
    description: 'Confirms what was seen on a batch. Whoever submitted or started the release cannot.',
    reason: 'none',
    options: [
      { ...BATCH, required: true },
      { flags: '--seen <text>', what: 'what you saw', required: true },
    ],
    change: ({ batch, seen }) => ({ path: 'confirmations', body: { batch, seen }, next: 'watch' }),
    examples: ['confirm checkout-2.4.0-x7k2 --batch eu-1.1 --seen "Ordered a book, the tax is right"'],
  },
  {
    name: 'interval',
    summary: 'change how long a batch is observed',
    description: 'Changes how long a batch is observed, up or down, but never below what the policy asks.',
    reason: 'required',
    options: [
      { ...BATCH, required: true },
      { flags: '--to <duration>', what: 'the new interval: 90s, 30m, 1h30m', required: true },
    ],
    change: ({ batch, to, reason }) => ({ path: 'intervals', body: { batch, to, reason }, next: 'show' }),
    examples: ['interval checkout-2.4.0-x7k2 --batch eu-1.2 --to 30m --reason "Waiting for the lunch peak"'],
  },
  {
    name: 'rollback',
    summary: 'put units back: one batch, or the whole release',
    description: 'Puts units back to what they ran before: those of one batch, or of the whole release.',
    reason: 'required',
    options: [{ ...BATCH, what: 'this batch only; the whole release if not given' }],
    change: ({ batch, reason }) => ({ path: 'rollbacks', body: { batch, reason }, next: 'watch' }),
    examples: [
      'rollback checkout-2.4.0-x7k2 --reason "Orders are lost"',
      'rollback checkout-2.4.0-x7k2 --batch eu-1.2 --reason "Disk full on eu-1-c"',
    ],
  },
  {
    name: 'retry',
    summary: 'try a unit again that has failed for good',
    description:
      'Tries a unit again that has failed for good, with all of its attempts: to deploy it, or to put it back. Its batch ' +
      'is observed anew from when it is deployed. What a validator has found to be bad is not made good by it.',
    reason: 'optional',
    options: [{ flags: '--unit <unit>', what: 'the unit, eu-1-c for instance', required: true }],
    change: ({ unit, reason }) => ({ path: 'retries', body: { unit, reason }, next: 'watch' }),
    examples: [
      'retry checkout-2.4.0-x7k2 --unit eu-1-c',
      'retry checkout-2.4.0-x7k2 --unit eu-1-c --reason "The disk has room again"',
    ],
  },
];

/** The commands that change a release. */
export function defineOrders(sluice: Command, perform: Perform): void {
  for (const order of ORDERS) defineOrder(sluice, perform, order);
}

function defineOrder(sluice: Command, perform: Perform, order: OrderCommand): void {
  const command = sluice
    .command(order.name)
    .summary(order.summary)
    .description(order.description)
    .argument('<id>', 'the release');
  for (const { flags, what, required } of order.options ?? []) {
    if (required) command.requiredOption(flags, what);
    else command.option(flags, what);
  }
  if (order.reason === 'required') command.requiredOption('--reason <text>', 'why; it stays in the log');
  if (order.reason === 'optional') command.option('--reason <text>', 'why; it stays in the log');
  withExamples(withRevision(withKey(command)), ...order.examples);
  command.action((id: string, options: Given) =>
    perform(async (session) => {
      const change = order.change(options);
      if (order.looksFirst) {
        const { approveRelease } = await import('../release/approve.js');
        return approveRelease(session, id, change, orderOf(options));
      }
      const { orderRelease } = await import('../release/orders.js');
      return orderRelease(session, id, change, orderOf(options));
    }),
  );
}
