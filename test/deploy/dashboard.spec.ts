import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { load } from 'js-yaml';
import { z } from 'zod';
import { freePorts } from '#testing';
import { releaseDocument } from '../harness/release-document.js';
import { ReleaseInTest } from '../harness/release-in-test.js';
import { type RunningPlane, startPlane } from '../harness/running-plane.js';
import { askedBy, groupedBy } from './expression.spec-support.js';
import { describeWithPromtool, promtool } from './promtool.spec-support.js';
import { Scrape } from './scrape.spec-support.js';

const DEPLOY = join(import.meta.dirname, '../../deploy');
const ALERTS = join(DEPLOY, 'prometheus/alerts.yaml');
const WITH_OPERATIONS = ['planner', 'executor', 'observer', 'audit'] as const;
/** Prometheus itself puts it on every series: where it was scraped. */
const OF_THE_SCRAPE = ['instance'];
/** Whatever a person chose, or made up, would make series without end. */
const WITHOUT_END = ['checkout', 'production', 'eu-1', 'errors', 'online-file', 'operator', 'author'];

const Panel = z.object({
  title: z.string(),
  type: z.enum(['row', 'timeseries', 'stat']),
  gridPos: z.object({ x: z.int(), y: z.int(), w: z.int(), h: z.int() }),
  targets: z.array(z.object({ expr: z.string() })).default([]),
});
const Dashboard = z.object({
  schemaVersion: z.int(),
  templating: z.object({ list: z.array(z.object({ name: z.string(), type: z.string() })) }),
  panels: z.array(Panel),
});
const Rules = z.object({
  groups: z.array(z.object({ rules: z.array(z.object({ alert: z.string(), expr: z.string() })) })),
});

const dashboard = Dashboard.parse(JSON.parse(readFileSync(join(DEPLOY, 'grafana/sluice.json'), 'utf8')));
const rules = Rules.parse(load(readFileSync(ALERTS, 'utf8'))).groups.flatMap((group) => group.rules);
const expressions = [
  ...dashboard.panels.flatMap(({ title, targets }) => targets.map(({ expr }) => ({ of: title, expr }))),
  ...rules.map(({ alert, expr }) => ({ of: alert, expr })),
];

describe('the dashboard and the alerts', () => {
  let running: RunningPlane;
  /** After a good release and a bad one. */
  let scrape: Scrape;

  beforeAll(async () => {
    const places = (await freePorts(WITH_OPERATIONS.length)).map((port) => `127.0.0.1:${port}`);
    const own = Object.fromEntries(WITH_OPERATIONS.map((name, index) => [name, { OPERATIONS: places[index] }]));
    running = await startPlane({ own });
    await running.fleet.start([{ name: 'eu-1', units: 3 }], '1');
    running.fleet.broken.add('bad');
    await running.api.insist('POST', '/v1/topologies', { body: running.fleet.topology('production') });
    await carryOut('2', 'completed');
    await carryOut('bad', 'rolled-back');
    scrape = await Scrape.of([running.api.url, ...places.map((place) => `http://${place}`)]);
  }, 180_000);

  afterAll(() => running?.stop(), 30_000);

  async function carryOut(version: string, end: string): Promise<void> {
    const rollout = [{ clusters: ['eu-1'], batches: [1, '100%'] }];
    const body = releaseDocument({ version, topology: 'production', rollout });
    const submitted = await running.api.insist('POST', '/v1/releases', { as: 'author', body });
    const release = new ReleaseInTest(running.api, String(submitted.body.id));
    await running.api.insist('POST', `/v1/releases/${release.id}/start`, { as: 'operator', body: { reason: 'go' } });
    await release.until(end, ({ state }) => state === end);
  }

  it('ask for what the services expose, by labels that it has', () => {
    expect(expressions.length).toBeGreaterThan(40);
    for (const { of, expr } of expressions) {
      const asked = askedBy(expr);
      for (const { metric, labels } of asked) {
        const known = scrape.labelsOf(metric);
        const missing = labels.filter((label) => !known?.includes(label));
        expect({ of, metric, isExposed: known !== null, missing }).toEqual({
          of,
          metric,
          isExposed: true,
          missing: [],
        });
      }
      const labels = [...asked.flatMap(({ metric }) => scrape.labelsOf(metric) ?? []), ...OF_THE_SCRAPE];
      const missing = asked.length > 0 ? groupedBy(expr).filter((label) => !labels.includes(label)) : [];
      expect({ of, missing }).toEqual({ of, missing: [] });
    }
  });

  it('leave out nothing that Sluice exposes', () => {
    const shown = expressions.flatMap(({ expr }) => askedBy(expr).map(({ metric }) => family(metric)));
    const own = scrape.metrics().filter((name) => name.startsWith('sluice_'));
    expect(own.filter((name) => !shown.includes(family(name)))).toEqual([]);
  });

  it('tell nobody by name: labels have values that there is an end to', () => {
    const values = scrape.labelValues();
    expect(values).toContain('rolled-back');
    expect(values.filter((value) => WITHOUT_END.some((name) => value.includes(name)))).toEqual([]);
  });

  it('have counters that add up over all services to what has happened', () => {
    const counted = {
      waves: scrape.sum('sluice_waves_opened_total'),
      passed: scrape.sum('sluice_batches_total', { outcome: 'passed' }),
      failed: scrape.sum('sluice_batches_total', { outcome: 'failed' }),
      rolledBack: scrape.sum('sluice_batches_total', { outcome: 'rolled-back' }),
      completed: scrape.sum('sluice_release_steps_total', { step: 'completed' }),
      started: scrape.sum('sluice_command_duration_seconds_count', { command: 'OrderRelease.start', outcome: 'done' }),
      deployed: scrape.sum('sluice_unit_effect_duration_seconds_count', { kind: 'deploy', outcome: 'changed' }),
      putBack: scrape.sum('sluice_unit_effect_duration_seconds_count', { kind: 'roll-back', outcome: 'changed' }),
    };
    // Three units and two batches of the good release, one of the bad.
    const happened = {
      waves: 3,
      passed: 2,
      failed: 1,
      rolledBack: 1,
      completed: 1,
      started: 2,
      deployed: 4,
      putBack: 1,
    };
    expect(counted).toEqual(happened);
    expect(scrape.sum('sluice_verdicts_total', { kind: 'metric', verdict: 'failed' })).toBe(1);
  });

  it('are a dashboard whose panels do not lie on one another, for any Prometheus', () => {
    const taken = new Set<string>();
    for (const { title, gridPos } of dashboard.panels) {
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
          expect({ title, x, y, isTaken: taken.has(`${x} ${y}`) || x >= 24 }).toMatchObject({ isTaken: false });
          taken.add(`${x} ${y}`);
        }
      }
    }
    expect(dashboard.templating.list).toMatchObject([{ name: 'datasource', type: 'datasource' }]);
    expect(dashboard.schemaVersion).toBeGreaterThanOrEqual(39);
  });
});

describeWithPromtool('the expressions of the dashboard and the alerts, by promtool', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-rules-'));
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('are read by Prometheus', async () => {
    const written = expressions.map(({ expr }) => expr.replaceAll('$__rate_interval', '1m'));
    const rules = written.map((expr, index) => ({ record: `of_the_dashboard:expression${index}`, expr }));
    const file = join(folder, 'rules.json');
    await writeFile(file, JSON.stringify({ groups: [{ name: 'dashboard', rules }] }));
    promtool('check', 'rules', file);
    promtool('check', 'rules', ALERTS);
  });

  it('fire when they should and not before', () => {
    promtool('test', 'rules', join(DEPLOY, 'prometheus/alerts-test.yaml'));
  });
});

/** What belongs to one histogram has one name. */
function family(metric: string): string {
  return metric.replace(/_(bucket|sum|count)$/, '');
}
