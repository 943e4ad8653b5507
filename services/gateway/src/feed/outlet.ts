import type { ServerResponse } from 'node:http';

/** After its end a stream has this long to hand over what it still holds. */
const FAREWELL_MS = 1_000;

/**
 * The way to one client. Holds at most what the socket buffers and one piece of text: whoever writes waits until the
 * client takes what it was given.
 */
export class Outlet {
  private readonly gone = new AbortController();
  private cut = false;

  /** @param stallMs how long a client may take nothing before it is cut off */
  constructor(
    private readonly response: ServerResponse,
    private readonly stallMs: number,
  ) {
    response.once('close', () => this.gone.abort());
    if (response.destroyed) this.gone.abort();
  }

  /** Raised when the client has gone, or was cut off. */
  get signal(): AbortSignal {
    return this.gone.signal;
  }

  /** Whether the client was cut off because it took nothing. */
  get stalled(): boolean {
    return this.cut;
  }

  /** Settles when there is room for more, or the client has gone. */
  async write(text: string): Promise<void> {
    if (this.signal.aborted || this.response.write(text)) return;
    await this.until('drain', this.stallMs);
  }

  /** Ends the stream in good order; a client that does not take the rest is cut off. */
  async end(): Promise<void> {
    if (this.signal.aborted) return;
    this.response.end();
    await this.until('close', FAREWELL_MS);
  }

  private until(event: 'drain' | 'close', withinMs: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.response.off(event, done);
        this.signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(() => this.cutOff(), withinMs);
      this.response.on(event, done);
      this.signal.addEventListener('abort', done, { once: true });
      if (this.signal.aborted) done();
    });
  }

  private cutOff(): void {
    this.cut = true;
    this.response.destroy();
  }
}
