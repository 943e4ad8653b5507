import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Child, startChild } from '../child.js';
import type { PlaneInBench } from '../servers.js';
import type { Arrivals, Question } from './arrivals.js';

const PATIENCE_MS = 30_000;

/** Whoever waits for events in another process. */
export class Listeners {
  private constructor(private readonly child: Child<string>) {}

  /** Clients of the gateway, behind everything that is in the log already. */
  static async bySse({ place, tokens }: PlaneInBench, count: number, after: number): Promise<Listeners> {
    const program = new URL('./sse-listeners.js', import.meta.url);
    const url = `http://${place}/v1/events?after=${after}`;
    return new Listeners(await startChild(program, [url, tokens.operator ?? '', String(count)]));
  }

  /** One subscription to what the server stores, as it comes. */
  static async bare({ nats }: PlaneInBench, subject: string): Promise<Listeners> {
    const program = new URL('./bare-listener.js', import.meta.url);
    return new Listeners(await startChild(program, [nats.url, subject]));
  }

  /** What has arrived since the last time, once all of it has. @throws Error when it does not come */
  async take(count: number): Promise<Arrivals> {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      const arrived = await this.ask<number>('count');
      if (arrived >= count) break;
      if (performance.now() > deadline) throw new Error(`${arrived} of ${count} events have arrived`);
      await sleep(50);
    }
    const arrivals = await this.ask<Arrivals>('take');
    if (arrivals.count > count) throw new Error(`${arrivals.count} events have arrived instead of ${count}`);
    return arrivals;
  }

  stop(): Promise<void> {
    return this.child.stop();
  }

  private async ask<Answer>(question: Question): Promise<Answer> {
    const answer = once(this.child.process, 'message');
    this.child.process.send(question);
    return ((await answer) as [Answer])[0];
  }
}
