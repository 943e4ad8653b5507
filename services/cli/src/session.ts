import type { CommandFailure } from './failure.js';
import type { Io } from './io.js';
import { Api } from './server/api.js';
import { serverFrom } from './server/settings.js';
import { type Line, painted, span } from './text/line.js';
import { type Look, lookOf } from './text/look.js';
import { failureText } from './text/problem-text.js';

type Text = Line | string;

/** One run of the program: what the call said of itself, and the two places to write to. */
export class Session {
  readonly json: boolean;
  readonly look: Look;
  readonly #io: Io;
  readonly #url: string | undefined;

  constructor(io: Io, { json = false, url }: { readonly json?: boolean; readonly url?: string | undefined }) {
    this.#io = io;
    this.json = json;
    this.#url = url;
    this.look = lookOf(io.stdout, io.env);
  }

  get stdin(): Io['stdin'] {
    return this.#io.stdin;
  }

  /** Milliseconds since the epoch. */
  now(): number {
    return this.#io.now();
  }

  /** The service, as whoever the token belongs to. @throws CommandFailure when the environment does not say who */
  api(): Api {
    return new Api(serverFrom(this.#url, this.#io.env), { readable: !this.json });
  }

  /** The result, for people. Nothing is cut off: what has to fit the terminal is made to before. */
  say(lines: readonly Text[]): void {
    const text = lines.map((line) => `${painted(asLine(line), this.look)}\n`).join('');
    if (text) this.write(text);
  }

  /** What helps a person but is not the result. Programs do not get it. */
  note(lines: readonly Text[]): void {
    if (!this.json) this.#warn(lines);
  }

  /** The one document of a call with `--json`. */
  answer(document: unknown): void {
    this.write(`${JSON.stringify(document, null, 2)}\n`);
  }

  /** Exactly this text, on standard output. */
  write(text: string): void {
    this.#io.stdout.write(text);
  }

  /** One line of JSON, so that it fits among the lines of a feed too. */
  fail(failure: CommandFailure): void {
    if (this.json) this.write(`${JSON.stringify(failure.problem)}\n`);
    else this.#warn(failureText(failure, this.#errorLook));
  }

  #warn(lines: readonly Text[]): void {
    const text = lines.map((line) => `${painted(asLine(line), this.#errorLook)}\n`).join('');
    if (text) this.#io.stderr.write(text);
  }

  get #errorLook(): Look {
    return lookOf(this.#io.stderr, this.#io.env);
  }
}

function asLine(line: Text): Line {
  return typeof line === 'string' ? [span(line)] : line;
}
