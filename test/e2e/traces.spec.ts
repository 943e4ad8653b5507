import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type CollectedSpan, SpanCollector, until } from '#testing';
import { releaseDocument } from '../harness/release-document.js';
import { ReleaseInTest, type Told } from '../harness/release-in-test.js';
import { type RunningPlane, startPlane } from '../harness/running-plane.js';

const ROOT = join(import.meta.dirname, '../..');
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const CALLER = '00f067aa0ba902b7';
const traceparent = `00-${TRACE}-${CALLER}-01`;

let collector: SpanCollector;
let running: RunningPlane;
let release: ReleaseInTest;
let events: Told[];

beforeAll(async () => {
  collector = await SpanCollector.start();
  running = await startPlane({
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_BSP_SCHEDULE_DELAY: '100', LOG_LEVEL: 'debug' },
  });
  const { fleet, api } = running;
  await fleet.start([{ name: 'eu-1', units: 2 }], '1');
  for (const { id } of fleet.units) {
    await fleet.trouble(id, 'printf "%s" "$TRACEPARENT" > "$unit/traceparent.$SLUICE_ACTION"');
  }
  await api.ask('POST', '/v1/topologies', { body: fleet.topology('production') });
  const rollout = [{ clusters: ['eu-1'], batches: [1, '100%'] }];
  const body = releaseDocument({ version: '2', topology: 'production', rollout });
  const submitted = await api.ask('POST', '/v1/releases', { as: 'author', body, headers: { traceparent } });
  release = new ReleaseInTest(api, String(submitted.body.id));
  await api.ask('POST', `/v1/releases/${release.id}/start`, { as: 'operator', headers: { traceparent } });
  await release.until('completed', ({ state }) => state === 'completed');
  events = await release.events();
  await until('the last event is told with its span', () => spanOf(last('ReleaseCompleted.v1')) !== undefined);
}, 150_000);

afterAll(async () => {
  await running?.stop();
  await collector?.stop();
}, 30_000);

function last(type: string): Told {
  const event = events.findLast((candidate) => candidate.type === type);
  if (!event) throw new Error(`there is no ${type}`);
  return event;
}

function traceparentOf(event: Told): string {
  return String((event as unknown as { meta: { traceparent?: string } }).meta.traceparent);
}

/** The span under which an event was stored. */
function spanOf(event: Told): CollectedSpan | undefined {
  return spanNamed(traceparentOf(event));
}

function spanNamed(named: string): CollectedSpan | undefined {
  const [, traceId, spanId] = named.split('-');
  return collector.spans.find((span) => span.traceId === traceId && span.spanId === spanId);
}

/** A span with those that it is part of, the innermost first: `service: name`. */
function pathOf(span: CollectedSpan | undefined): string[] {
  if (!span) return [];
  const parent = collector.spans.find(
    ({ spanId, traceId }) => spanId === span.parentSpanId && traceId === span.traceId,
  );
  return [`${span.service}: ${span.name}`, ...(parent ? pathOf(parent) : [span.parentSpanId])];
}

async function logOf(service: string): Promise<Record<string, unknown>[]> {
  const text = await readFile(join(running.folder, 'data', 'logs', `${service}.log`), 'utf8');
  const lines = text.split('\n').filter((line) => line.startsWith('{'));
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('a command', () => {
  it('is one trace, from the request of whoever gave it to the events that it caused', () => {
    expect(traceparentOf(last('ReleaseStarted.v1'))).toMatch(`00-${TRACE}-`);
    expect(pathOf(spanOf(last('ReleaseStarted.v1')))).toEqual([
      'sluice-executor: executor/OrderRelease',
      'sluice-gateway: executor/OrderRelease',
      'sluice-gateway: POST /v1/releases/:id/start',
      CALLER,
    ]);
    expect(pathOf(spanOf(last('ReleaseSubmitted.v1')))).toEqual([
      'sluice-planner: planner/SubmitRelease',
      'sluice-gateway: planner/SubmitRelease',
      'sluice-gateway: POST /v1/releases',
      CALLER,
    ]);
    expect(spanOf(last('ReleaseStarted.v1'))).toMatchObject({
      attributes: { 'sluice.release': release.id, 'sluice.command': 'start' },
      failure: null,
    });
  });

  it('that is refused leaves a failed span with its code', async () => {
    const path = `/v1/releases/${release.id}/pause`;
    const headers = { traceparent: `00-${'a'.repeat(32)}-${CALLER}-01` };
    expect(await running.api.ask('POST', path, { as: 'operator', headers })).toMatchObject({ status: 409 });
    const find = (service: string, name: string) =>
      collector.spans.find((span) => span.traceId === 'a'.repeat(32) && span.service === service && span.name === name);
    const request = () => find('sluice-gateway', 'POST /v1/releases/:id/pause');
    const answer = () => find('sluice-executor', 'executor/OrderRelease');
    await until('the refusal is collected, of both services', () => Boolean(request() && answer()));
    expect(answer()).toMatchObject({ failure: 'WRONG_STATE', attributes: { 'sluice.command': 'pause' } });
    expect(request()).toMatchObject({ failure: null, attributes: { 'http.response.status_code': 409 } });
  });
});

describe('what a release does by itself', () => {
  it('begins a trace with each step, which points at what caused it, back to the start', () => {
    const [first, second] = events.filter(({ type }) => type === 'WaveOpened.v1') as [Told, Told];
    expect(pathOf(spanOf(first))).toEqual(['sluice-executor: advance', '']);
    expect(spanOf(first)?.links).toEqual([traceparentOf(last('ReleaseStarted.v1'))]);
    const traces = new Set([first, second, last('ReleaseStarted.v1')].map((event) => spanOf(event)?.traceId));
    expect(traces.size).toBe(3);

    const verdict = events.find(({ type }) => type === 'VerdictReached.v1') as Told;
    expect(pathOf(spanOf(verdict))).toEqual(['sluice-observer: verdict', 'sluice-observer: observe', '']);
    const round = collector.spans.find((span) => span.spanId === spanOf(verdict)?.parentSpanId);
    expect(round?.links).toEqual([traceparentOf(first)]);
    const [cause = ''] = spanOf(second)?.links ?? [];
    expect(spanNamed(cause)?.service).toMatch(/^sluice-(observer|executor)$/);
  });

  it('carries out a wave in the trace that opened it, down to the environment of each command', async () => {
    const waves = events.filter(({ type }) => type === 'WaveOpened.v1');
    for (const [number, unit] of ['eu-1-a', 'eu-1-b'].entries()) {
      const handed = await readFile(join(running.folder, 'fleet', unit, 'traceparent.deploy'), 'utf8');
      const call = spanNamed(handed);
      expect(pathOf(call)).toEqual([
        'sluice-executor: exec deploy',
        'sluice-executor: deploy unit',
        'sluice-executor: advance',
        '',
      ]);
      expect(call?.traceId).toBe(spanOf(waves[number] as Told)?.traceId);
      expect(call?.attributes).toMatchObject({
        'sluice.release': release.id,
        'sluice.unit': unit,
        'sluice.batch': `eu-1.${number + 1}`,
      });
      const inspected = await readFile(join(running.folder, 'fleet', unit, 'traceparent.inspect'), 'utf8');
      expect(pathOf(spanNamed(inspected)).slice(1)).toEqual(pathOf(call).slice(1));
    }
    expect(pathOf(spanOf(last('UnitDeployed.v1')))).toEqual([
      'sluice-executor: deploy unit',
      'sluice-executor: advance',
      '',
    ]);
  });
});

describe('the logs', () => {
  it('tell each command with its release, its outcome and its trace, in the gateway and in the service', async () => {
    const answered = (lines: Record<string, unknown>[]) => lines.filter(({ msg }) => msg === 'answered');
    const [request] = answered(await logOf('gateway')).filter(({ url }) => String(url).endsWith('/start'));
    expect(request).toMatchObject({ release: release.id, status: 200, correlationId: TRACE, trace_id: TRACE });
    const [order] = answered(await logOf('executor')).filter(({ order }) => order === 'start');
    expect(order).toMatchObject({
      level: 'info',
      service: 'executor',
      command: 'OrderRelease',
      release: release.id,
      actor: 'operator',
      outcome: 'done',
      state: 'running',
      correlationId: TRACE,
      trace_id: TRACE,
    });
    await until('the refusal is logged', async () =>
      answered(await logOf('executor')).some(({ order }) => order === 'pause'),
    );
    const [refused] = answered(await logOf('executor')).filter(({ order }) => order === 'pause');
    expect(refused).toMatchObject({
      level: 'info',
      release: release.id,
      outcome: 'WRONG_STATE',
      trace_id: 'a'.repeat(32),
    });
    const [submission] = answered(await logOf('planner')).filter(({ command }) => command === 'SubmitRelease');
    expect(submission).toMatchObject({ release: release.id, actor: 'author', outcome: 'done', trace_id: TRACE });
  });

  it('tell each call of a driver, with its unit and what came of it', async () => {
    const calls = (await logOf('executor')).filter(({ call }) => call === 'deploy');
    expect(calls).toMatchObject(
      ['eu-1-a', 'eu-1-b'].map((unit, number) => ({
        level: 'info',
        release: release.id,
        batch: `eu-1.${number + 1}`,
        unit,
        version: '2',
        outcome: 'done',
        ms: expect.any(Number),
        trace_id: expect.stringMatching(/^[0-9a-f]{32}$/),
      })),
    );
  });
});

describe('spans', () => {
  it('hold no token, no document and no reason', async () => {
    const all = collector.bodies.join('\n');
    for (const secret of [
      await running.api.token('operator'),
      await running.api.token('author'),
      'http_requests_total',
      'release of 2',
    ]) {
      expect(all).not.toContain(secret);
    }
  });
});

describe('a service that nobody told where to send spans', () => {
  it('loads nothing of what makes them', async () => {
    const built = (file: string) => pathToFileURL(join(ROOT, 'dist/libs/runtime/src', file)).href;
    const script = `
      import { createRequire } from 'node:module';
      const { Tracing } = await import('${built('tracing/tracing.js')}');
      const loaded = () => Object.keys(createRequire(import.meta.url).cache).some((file) => file.includes('sdk-trace'));
      const off = await Tracing.start('planner', {}, console);
      const before = loaded();
      const on = await Tracing.start('planner', { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' }, console);
      console.log(JSON.stringify({ off: off.on, before, on: on.on, after: loaded() }));`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
    const told: unknown = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
    expect(told).toEqual({ off: false, before: false, on: true, after: true });
  });
});
