/** Upper edges of the latency buckets, in seconds. What is quicker than the first one nobody notices. */
const EDGES = [0.25, 0.5, 1, 2.5];

/** Counts requests and tells of them in Prometheus' text format. */
export class Exposition {
  #startedAt = Date.now() / 1_000 - process.uptime();
  /** @type {Map<number, number>} */
  #byCode = new Map([[200, 0]]);
  #buckets = EDGES.map((edge) => ({ edge, count: 0 }));
  #seconds = 0;
  #requests = 0;
  #build;

  /** @param {{ service: string, version: string }} build */
  constructor(build) {
    this.#build = build;
  }

  /**
   * @param {number} code
   * @param {number} seconds
   */
  count(code, seconds) {
    this.#byCode.set(code, (this.#byCode.get(code) ?? 0) + 1);
    this.#seconds += seconds;
    this.#requests += 1;
    for (const bucket of this.#buckets) if (seconds <= bucket.edge) bucket.count += 1;
  }

  text() {
    const { service, version } = this.#build;
    return [
      '# TYPE http_requests_total counter',
      ...[...this.#byCode].map(([code, count]) => `http_requests_total{code="${code}"} ${count}`),
      '# TYPE http_request_duration_seconds histogram',
      ...this.#buckets.map(({ edge, count }) => `http_request_duration_seconds_bucket{le="${edge}"} ${count}`),
      `http_request_duration_seconds_bucket{le="+Inf"} ${this.#requests}`,
      `http_request_duration_seconds_sum ${this.#seconds}`,
      `http_request_duration_seconds_count ${this.#requests}`,
      '# TYPE process_start_time_seconds gauge',
      `process_start_time_seconds ${this.#startedAt}`,
      '# TYPE build_info gauge',
      `build_info{service="${service}",version="${version}"} 1`,
      '',
    ].join('\n');
  }
}
