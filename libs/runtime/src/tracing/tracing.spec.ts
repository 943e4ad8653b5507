import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { context, diag, trace } from '@opentelemetry/api';
import { SpanCollector, until } from '#testing';
import { createLogger } from '../service/logging.js';
import { attributesOf, causedBy, inSpan, outsideTraces, partOf } from './in-span.js';
import { activeTrace, traceFields } from './trace-context.js';
import { Tracing } from './tracing.js';

const CAUSE = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const [, CAUSE_TRACE = '', CAUSE_SPAN = ''] = CAUSE.split('-');

let said: PassThrough;
/** Longer than the service waits at its end, so that it is the service that does not wait. */
const SOON_GIVEN_UP = { OTEL_EXPORTER_OTLP_TIMEOUT: '1500' };
const before = { ...process.env };

beforeEach(() => {
  said = new PassThrough();
});

afterEach(() => {
  trace.disable();
  context.disable();
  diag.disable();
  process.env = { ...before };
});

/** What the SDK reads it reads from the environment of the process. */
function tracingTo(url: string, environment: NodeJS.ProcessEnv = {}): Promise<Tracing> {
  const config = { OTEL_EXPORTER_OTLP_ENDPOINT: url };
  Object.assign(process.env, config, environment);
  const rest = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: undefined, OTEL_TRACES_EXPORTER: undefined };
  return Tracing.start(
    'planner',
    { ...config, ...rest, OTEL_SDK_DISABLED: undefined },
    createLogger('planner', 'warn', said),
  );
}

function warnings(): { msg: string; trace_id?: string }[] {
  const text = String((said.read() as Buffer | null) ?? '');
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as { msg: string });
}

class Refused extends Error {
  readonly code = 'WRONG_STATE';
}

describe('spans', () => {
  let collector: SpanCollector;

  beforeEach(async () => {
    collector = await SpanCollector.start();
  });

  afterEach(() => collector.stop());

  it('belong to the trace they are part of, or point at the one that caused them, and reach the collector at the end', async () => {
    const tracing = await tracingTo(collector.url);
    await inSpan('command', { origin: partOf(CAUSE) }, () => inSpan('within', {}, async () => undefined));
    await inSpan(
      'step',
      { origin: causedBy(CAUSE), attributes: attributesOf({ release: 'r1', unit: undefined }) },
      async () => {
        expect(activeTrace()?.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
        expect(traceFields()).toMatchObject({ trace_id: activeTrace()?.traceparent.slice(3, 35) });
        expect(outsideTraces(activeTrace)).toBeUndefined();
      },
    );
    await tracing.onApplicationShutdown();
    const [within, command, step] = collector.spans;
    expect(command).toMatchObject({
      name: 'command',
      traceId: CAUSE_TRACE,
      parentSpanId: CAUSE_SPAN,
      service: 'sluice-planner',
    });
    expect(within).toMatchObject({ name: 'within', traceId: CAUSE_TRACE, parentSpanId: command?.spanId });
    expect(step).toMatchObject({
      name: 'step',
      parentSpanId: '',
      links: [CAUSE],
      attributes: { 'sluice.release': 'r1' },
    });
    expect(step?.traceId).not.toBe(CAUSE_TRACE);
  });

  it('keep the code of what went wrong, and not a word of it', async () => {
    const tracing = await tracingTo(collector.url);
    const failing = inSpan('command', {}, async () => {
      throw new Refused('the password is hunter2');
    });
    await expect(failing).rejects.toThrow('hunter2');
    await tracing.onApplicationShutdown();
    expect(collector.spans).toMatchObject([{ failure: 'WRONG_STATE', attributes: { 'error.type': 'WRONG_STATE' } }]);
    expect(collector.bodies.join()).not.toContain('hunter2');
  });

  it('go by what the environment says of the service and of sampling', async () => {
    const environment = { OTEL_SERVICE_NAME: 'releases', OTEL_TRACES_SAMPLER: 'parentbased_always_off' };
    const tracing = await tracingTo(collector.url, environment);
    await inSpan('of its own', {}, async () => undefined);
    await inSpan('of somebody who wants it', { origin: partOf(CAUSE) }, async () => undefined);
    await tracing.onApplicationShutdown();
    expect(collector.spans).toMatchObject([{ name: 'of somebody who wants it', service: 'releases' }]);
  });
});

describe('a collector', () => {
  let server: Server;
  let requests = 0;

  /** Takes spans and answers with a status; with none it never answers. */
  async function collectorThat(status: number | null): Promise<string> {
    requests = 0;
    server = createServer((request, response) => {
      requests += 1;
      request.resume();
      if (status !== null) response.writeHead(status).end('no');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  // Ends when the last export has been given up, so that nothing of it goes on after its test.
  afterEach(async () => {
    server.close();
    await once(server, 'close');
  });

  it('that never answers keeps nobody from ending', async () => {
    const tracing = await tracingTo(await collectorThat(null), SOON_GIVEN_UP);
    await inSpan('command', {}, async () => undefined);
    await tracing.onApplicationShutdown();
    expect(requests).toBe(1);
  });

  it('that refuses everything disturbs nobody, and is complained about once in a while, outside of all traces', async () => {
    const tracing = await tracingTo(await collectorThat(400), { OTEL_BSP_SCHEDULE_DELAY: '10' });
    for (let exports = 1; exports <= 3; exports += 1) {
      await inSpan('command', {}, async () => undefined);
      await until('the spans were refused', () => requests >= exports);
    }
    await tracing.onApplicationShutdown();
    const told = warnings();
    expect(told).toEqual([
      expect.objectContaining({ level: 'warn', msg: expect.stringMatching(/^tracing: 1 spans could not be sent/) }),
    ]);
    expect(told[0]).not.toHaveProperty('trace_id');
  });

  it('that falls behind makes spans be dropped, and the service hold no more of them than the queue has room for', async () => {
    const url = await collectorThat(null);
    const environment = { ...SOON_GIVEN_UP, OTEL_BSP_MAX_QUEUE_SIZE: '10', OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '5' };
    const tracing = await tracingTo(url, environment);
    for (let spans = 0; spans < 1_000; spans += 1) await inSpan('command', {}, async () => undefined);
    await tracing.onApplicationShutdown();
    await until('what was kept is sent', () => requests === 3);
    expect(requests * 5).toBeLessThanOrEqual(15);
  });
});
