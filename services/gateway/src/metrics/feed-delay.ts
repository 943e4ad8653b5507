import { Inject, Injectable } from '@nestjs/common';
import { Histogram, Registry } from 'prom-client';
import type { RecordedEvent } from '#event-store';
import { METRICS } from '#runtime';

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** How long it takes until what happened can be sent to those who listen. */
@Injectable()
export class FeedDelay {
  private readonly delays: Histogram;

  constructor(@Inject(METRICS) metrics: Registry) {
    this.delays = new Histogram({
      name: 'sluice_gateway_feed_delay_seconds',
      help: 'From when an event happened, by the clock of who wrote it, until the live feed of this gateway had it.',
      buckets: SECONDS,
      registers: [metrics],
    });
  }

  /** Takes note of an event that has just come. */
  observe({ at }: RecordedEvent): void {
    this.delays.observe(Math.max(0, Date.now() - Date.parse(at)) / 1_000);
  }
}
