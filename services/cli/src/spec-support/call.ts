import { run } from '../run.js';

/** What a call came to. */
export interface Called {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
}
export interface CallOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly stdin?: string;
  /** Standard output is a terminal of this size; a pipe otherwise. */
  readonly terminal?: { readonly columns: number; readonly rows: number };
}

/** What the clock shows during every call. */
export const NOW = Date.parse('2026-01-05T10:00:00.000Z');

/** Runs a command line in this process, as the program does, and keeps what it writes. */
export async function call(argv: readonly string[], options: CallOptions = {}): Promise<Called> {
  const { env = {}, stdin = '', terminal } = options;
  let out = '';
  let err = '';
  const stdout = { write: (text: string) => (out += text), isTTY: terminal !== undefined, ...terminal };
  const stderr = { write: (text: string) => (err += text) };
  const exit = await run(argv, { stdin: piecesOf(stdin), stdout, stderr, env, now: () => NOW });
  return { exit, out, err };
}

/** The environment of somebody with a token. */
export function as(token: string, url: string): Record<string, string> {
  return { SLUICE_URL: url, SLUICE_TOKEN: token };
}

async function* piecesOf(text: string): AsyncGenerator<string> {
  yield text;
}
