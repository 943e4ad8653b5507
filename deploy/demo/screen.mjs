import { isTerminal } from '../local/log.mjs';

/**
 * Lines that stay, and below them, on a terminal, a few that are drawn again and again. Elsewhere nothing is drawn.
 */
export class Screen {
  #stream;
  #height = 0;
  /** @type {string[]} */
  #drawn = [];

  /** @param {NodeJS.WriteStream} [stream] */
  constructor(stream = process.stdout) {
    this.#stream = stream;
    /** Whether anything can be drawn. */
    this.live = isTerminal(stream);
  }

  /** @param {string} line */
  say(line) {
    this.#stream.write(`${this.#erase()}${line}\n`);
    this.draw(this.#drawn);
  }

  /** @param {string[]} lines */
  draw(lines) {
    if (!this.live) return;
    // What is too long or too much is cut off rather than wrapped or scrolled away: it has to be found again.
    const fitting = lines.slice(0, this.#stream.rows - 1);
    this.#stream.write(`${this.#erase()}\x1b[?7l${fitting.map((line) => `${line}\n`).join('')}\x1b[?7h`);
    this.#height = fitting.length;
    this.#drawn = lines;
  }

  /** Lets what is drawn stand as it is. */
  keep() {
    this.#height = 0;
    this.#drawn = [];
  }

  #erase() {
    const up = this.#height;
    this.#height = 0;
    return up > 0 ? `\x1b[${up}A\x1b[J` : '';
  }
}
