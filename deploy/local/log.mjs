import util from 'node:util';

/**
 * @typedef {object} Log
 * @property {(text: string) => void} say one line
 * @property {<T>(title: string, work: () => Promise<T>) => Promise<T>} step work that may take long: how long is shown
 */

/**
 * Whether a stream is a terminal on which a line can be drawn again.
 * @param {NodeJS.WriteStream} stream
 */
export function isTerminal(stream) {
  return stream.isTTY === true && process.env.TERM !== 'dumb';
}

/**
 * Colours for people at a terminal who have not asked for none.
 * @param {Parameters<typeof util.styleText>[0]} format
 * @param {string} text
 */
export function style(format, text) {
  return process.stdout.isTTY && !process.env.NO_COLOR ? util.styleText(format, text) : text;
}

/**
 * Lines, and steps that show how long they take once they take more than a second: redrawn in place on a terminal,
 * one line at the beginning and one at the end elsewhere.
 * @param {NodeJS.WriteStream} [stream]
 * @returns {Log}
 */
export function createLog(stream = process.stdout) {
  const terminal = isTerminal(stream);
  /** @param {string} text */
  const say = (text) => void stream.write(`${text}\n`);

  return {
    say,
    async step(title, work) {
      const started = Date.now();
      const seconds = () => Math.round((Date.now() - started) / 1_000);
      const redraw = () => void stream.write(`\r\x1b[K${title} … ${seconds()} s`);
      const timer = terminal ? setInterval(redraw, 1_000) : setTimeout(() => say(`${title} …`), 1_000);
      /** @param {string} outcome */
      const finish = (outcome) => {
        clearInterval(timer);
        if (Date.now() - started > 1_000) say(`${terminal ? '\r\x1b[K' : ''}${title} … ${outcome}${seconds()} s`);
      };
      try {
        const result = await work();
        finish('');
        return result;
      } catch (error) {
        finish('failed after ');
        throw error;
      }
    },
  };
}
