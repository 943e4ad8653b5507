import type { FastifyInstance } from 'fastify';

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

interface Durations {
  readonly buckets: number[];
  sum: number;
  count: number;
}

/** Counts what is asked, for Prometheus. Routes are those of the table, so that there is an end to the series. */
export class HttpMetrics {
  private readonly requests = new Map<string, number>();
  private readonly durations = new Map<string, Durations>();

  /** @param openStreams how many streams of events are open now */
  constructor(private readonly openStreams: () => number) {}

  observe(fastify: FastifyInstance): void {
    fastify.addHook('onResponse', async (request, reply) => {
      const route = `method="${request.method}",route="${request.routeOptions.url ?? 'unknown'}"`;
      this.count(`${route},status="${reply.statusCode}"`);
      // How long somebody listened says nothing of how fast the gateway is.
      const type = reply.raw.getHeader('content-type');
      if (type !== 'text/event-stream') this.measure(route, reply.elapsedTime / 1_000);
    });
  }

  /** The text format of Prometheus, 0.0.4. */
  render(): string {
    return [
      '# HELP sluice_gateway_requests_total Requests that were answered.',
      '# TYPE sluice_gateway_requests_total counter',
      ...[...this.requests].map(([labels, count]) => `sluice_gateway_requests_total{${labels}} ${count}`),
      '# HELP sluice_gateway_request_duration_seconds How long answers took; streams of events are left out.',
      '# TYPE sluice_gateway_request_duration_seconds histogram',
      ...[...this.durations].flatMap(([labels, durations]) => histogram(labels, durations)),
      '# HELP sluice_gateway_streams_open Streams of events that are open.',
      '# TYPE sluice_gateway_streams_open gauge',
      `sluice_gateway_streams_open ${this.openStreams()}`,
      '',
    ].join('\n');
  }

  private count(labels: string): void {
    this.requests.set(labels, (this.requests.get(labels) ?? 0) + 1);
  }

  private measure(labels: string, seconds: number): void {
    const durations = this.durations.get(labels) ?? { buckets: SECONDS.map(() => 0), sum: 0, count: 0 };
    for (const [index, limit] of SECONDS.entries()) {
      if (seconds <= limit) durations.buckets[index] = (durations.buckets[index] ?? 0) + 1;
    }
    durations.sum += seconds;
    durations.count += 1;
    this.durations.set(labels, durations);
  }
}

function histogram(labels: string, { buckets, sum, count }: Durations): string[] {
  const name = 'sluice_gateway_request_duration_seconds';
  return [
    ...buckets.map((below, index) => `${name}_bucket{${labels},le="${SECONDS[index]}"} ${below}`),
    `${name}_bucket{${labels},le="+Inf"} ${count}`,
    `${name}_sum{${labels}} ${sum}`,
    `${name}_count{${labels}} ${count}`,
  ];
}
