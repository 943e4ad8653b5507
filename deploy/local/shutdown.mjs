import { messageOf } from './process.mjs';

const SIGNALS = /** @type {const} */ ({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 });

/**
 * What has to be stopped at the end, the last first. A signal brings the end, and so
 * does a reader that went away or an error that nobody caught.
 */
export class Shutdown {
  /** @type {{ title: string, stop: () => unknown }[]} */
  #stops = [];
  /** @type {Promise<void> | undefined} */
  #running;

  get begun() {
    return this.#running !== undefined;
  }

  /**
   * @param {string} title
   * @param {() => unknown} stop
   */
  add(title, stop) {
    this.#stops.push({ title, stop });
  }

  /** Stops everything, once. What fails is said, and the rest is stopped all the same. */
  run() {
    this.#running ??= this.#stopAll();
    return this.#running;
  }

  /**
   * @param {() => void} onSignal is called at the first one
   */
  listen(onSignal) {
    /** @param {number} code */
    const end = (code) => {
      if (this.#running) return;
      onSignal();
      void this.run().then(() => process.exit(code));
    };
    for (const [name, code] of Object.entries(SIGNALS)) process.on(name, () => end(code));
    process.stdout.on('error', () => end(SIGNALS.SIGHUP));
    process.on('uncaughtException', (error) => {
      console.error(error);
      end(1);
    });
  }

  async #stopAll() {
    for (const { title, stop } of this.#stops.reverse()) {
      try {
        await stop();
      } catch (error) {
        console.error(`could not stop ${title}: ${messageOf(error)}`);
      }
    }
  }
}
