import type { Session } from '../session.js';
import { cut, type Line, painted } from '../text/line.js';

const ERASE_REST_OF_LINE = '\x1b[K';
const ERASE_BELOW = '\x1b[J';

/**
 * Lines that are drawn over themselves. Each is written over the old one and only what is left of it is erased, all in
 * one write, so that nothing flickers.
 */
export class Screen {
  #height = 0;

  constructor(private readonly session: Session) {}

  draw(lines: readonly Line[]): void {
    const { look } = this.session;
    const up = this.#height > 0 ? `\x1b[${this.#height}A` : '';
    const text = lines.map((line) => `${painted(cut(line, look.width), look)}${ERASE_REST_OF_LINE}\n`).join('');
    this.session.write(`${up}${text}${ERASE_BELOW}`);
    this.#height = lines.length;
  }
}
