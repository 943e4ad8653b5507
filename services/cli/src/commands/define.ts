import { type Command, InvalidArgumentError } from 'commander';
import type { Exit } from '../exit.js';
import type { Order } from '../server/api.js';
import type { Session } from '../session.js';

/**
 * Runs what a command does. The doing is imported when it is asked for, so that each call loads what it needs and
 * `--help` next to nothing.
 */
export type Perform = (work: (session: Session) => Promise<Exit>) => Promise<void>;

/** Options of every command that changes something. */
export interface OrderOptions {
  readonly key?: string;
  readonly ifRevision?: number;
  readonly reason?: string;
}

export function withExamples(command: Command, ...examples: readonly string[]): Command {
  return command.addHelpText('after', `\nExamples:\n${examples.map((example) => `  $ sluice ${example}`).join('\n')}`);
}

export function withKey(command: Command): Command {
  return command.option(
    '--key <key>',
    'carried out once however often it is sent; a new one each time if not given',
    key,
  );
}

export function withRevision(command: Command): Command {
  return command.option('--if-revision <n>', 'only if the release is at this revision still', whole);
}

export function orderOf({ key, ifRevision }: OrderOptions): Order {
  return { key, ifRevision };
}

/** Parses a whole number, zero included. */
export function whole(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}

/** A parser of whole numbers from 1 to `most`. */
export function upTo(most: number): (text: string) => number {
  return (text) => {
    const number = whole(text);
    if (number < 1 || number > most) throw new InvalidArgumentError(`It must be from 1 to ${most}.`);
    return number;
  };
}

function key(text: string): string {
  if (!/^[\x21-\x7e]{1,200}$/.test(text))
    throw new InvalidArgumentError('It must be 1 to 200 visible ASCII characters.');
  return text;
}
