import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ReleaseView } from '#domain';
import { as, type CallOptions, call } from '../spec-support/call.js';
import { Feed } from '../spec-support/feed.js';
import { Gateway, problem } from '../spec-support/gateway.js';
import { event, ID, release } from '../spec-support/release.js';
import { BAD_STORY } from '../spec-support/story.js';
import { seenOn } from '../spec-support/virtual-terminal.js';
import type { ShownState } from './states.js';

let gateway: Gateway;
let feed: Feed;
/** How the service shows the release at the moment. */
let view: ReleaseView;

beforeEach(async () => {
  gateway = await Gateway.start();
  feed = new Feed();
  view = release({ state: 'running', revision: 5 });
  gateway.on(`GET /v1/releases/${ID}`, (_asked, response) => void response.end(JSON.stringify(view)));
  gateway.on(`GET /v1/releases/${ID}/events`, feed.serve);
});
afterEach(() => gateway.stop());

function watching(options: CallOptions & { readonly json?: boolean } = {}) {
  return call(['watch', ID, ...(options.json ? ['--json'] : [])], { ...options, env: as('t', gateway.url) });
}

/** Tells the story, each event after somebody has asked for the state that the one before led to. */
async function tellBadStory(): Promise<void> {
  await until(() => feed.listeners > 0);
  for (const step of BAD_STORY) {
    const asked = gateway.asked.length;
    view = step.view;
    feed.push(step.event);
    await until(() => gateway.asked.slice(asked).some(({ path }) => path === `/v1/releases/${ID}`));
  }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('watching a release', () => {
  it('tells each change in a line of its own in a pipe, and how it ended', async () => {
    const [{ exit, out }] = await Promise.all([watching(), tellBadStory()]);
    const bad = 'eu-1.2 answers 8.1 % with errors, 3.1 times as often as its control: 41 of 506 against 96 of 17,020';
    expect(out.split('\n')).toEqual([
      `${ID} is running, 0 of 2 batches passed`,
      '10:06:00Z  wave 2 opened: eu-1.2  (service executor)',
      '10:07:00Z  eu-1.2 deployed on 3; now observed  (rule OBS-2)',
      `10:08:00Z  eu-1.2 errors failed: ${bad}  (rule OBS-1)`,
      `10:09:00Z  rollback of the release began: ${bad}  (rule OBS-1)`,
      '10:10:00Z  rolled back, 4 units  (service executor)',
      `${ID} is rolled-back, 0 of 2 batches passed`,
      '',
    ]);
    expect(exit).toBe(3);
  });

  it('draws over itself on a terminal, so that one picture is left', async () => {
    const terminal = { columns: 80, rows: 24 };
    const [{ exit, out }] = await Promise.all([watching({ terminal }), tellBadStory()]);
    expect(seenOn(out)).toEqual([
      'checkout-2.4.0-x7k2  checkout 2.4.0  rolled-back  0 of 2 batches passed',
      'wave  batch   units  state        verdicts  until',
      '────  ──────  ─────  ───────────  ────────  ─────────',
      '   1  eu-1.1    1/1  rolled-back  ✓ errors  10:24:00Z',
      '   2  eu-1.2    3/3  rolled-back  ✗ errors  10:24:00Z',
      'eu-1.2 errors failed: eu-1.2 answers 8.1 % with errors, 3.1 times as often as',
      '                      its control: 41 of 506 against 96 of 17,020',
      'rollback: eu-1.2 answers 8.1 % with errors, 3.1 times as often as its control: …',
    ]);
    expect(exit).toBe(3);
  });

  it('never draws more than the terminal has lines, nor wider', async () => {
    const batches = Array.from({ length: 500 }, (_, i) => ({ ...view.batches[0], id: `eu-1.${i + 1}`, wave: i + 1 }));
    view = release({ state: 'completed', batches: batches as ReleaseView['batches'] });
    const { out } = await watching({ terminal: { columns: 60, rows: 20 } });
    const seen = seenOn(out);
    expect(seen.length).toBeLessThan(20);
    expect(Math.max(...seen.map((line) => line.length))).toBeLessThanOrEqual(60);
    expect(seen.at(-1)).toMatch(/… 4\d\d more {2,}4\d\d pending/);
  });

  it('gives a program the last state and nothing else', async () => {
    const [{ exit, out, err }] = await Promise.all([watching({ json: true }), tellBadStory()]);
    expect({ exit, err }).toEqual({ exit: 3, err: '' });
    expect(JSON.parse(out)).toEqual(BAD_STORY.at(-1)?.view);
  });

  it.each<[ShownState, number]>([
    ['completed', 0],
    ['rolled-back', 3],
    ['aborted', 3],
    ['rejected', 3],
    ['withdrawn', 3],
  ])('that is %s already ends at once: exit code %i', async (state, code) => {
    view = release({ state });
    const { exit, out } = await watching();
    expect({ exit, out }).toEqual({ exit: code, out: `${ID} is ${state}, 0 of 2 batches passed\n` });
  });

  it('goes on after the last event when the connection breaks, without telling anything twice', async () => {
    const resumed = watching();
    await until(() => feed.listeners > 0);
    view = release({ state: 'running', revision: 6 });
    feed.push(event(6, 'WaveOpened.v1', { wave: 1, batches: ['eu-1.1'] }));
    await until(() => gateway.asked.filter(({ path }) => path === `/v1/releases/${ID}`).length > 1);
    feed.cut();
    await until(() => feed.listeners === 0);
    view = release({ state: 'completed', revision: 7 });
    feed.push(event(7, 'ReleaseCompleted.v1', {}));
    const { exit, out } = await resumed;
    expect(exit).toBe(0);
    expect(feed.resumedFrom).toEqual([undefined, String(1_024 * 7)]);
    expect(out.match(/wave 1 opened/g)).toHaveLength(1);
    expect(out.match(/completed {2}\(/g)).toHaveLength(1);
  });

  it('leaves out what happened before, and the commands that were refused', async () => {
    feed.push(event(4, 'ReleaseStarted.v1', {}), { ...event(9, 'ReleaseAborted.v1', {}), stream: `refusal-${ID}` });
    const watched = watching();
    await until(() => feed.listeners > 0);
    view = release({ state: 'completed', revision: 6 });
    feed.push(event(6, 'ReleaseCompleted.v1', {}));
    const { out } = await watched;
    expect(out.split('\n')).toHaveLength(4);
    expect(out).not.toMatch(/started|aborted/);
  });

  it('waits for the service to know what the feed told, and to come back', async () => {
    const before = { body: release({ state: 'running', revision: 5 }) };
    const after = { body: release({ state: 'completed', revision: 6 }) };
    gateway.on(`GET /v1/releases/${ID}`, before, before, problem(503, 'UNAVAILABLE', 'starting'), after);
    const watched = watching();
    await until(() => feed.listeners > 0);
    feed.push(event(6, 'ReleaseCompleted.v1', {}));
    expect((await watched).exit).toBe(0);
  });

  it('tells everything even when the state has run ahead of the feed', async () => {
    const watched = watching();
    await until(() => feed.listeners > 0);
    view = release({ state: 'completed', revision: 8 });
    feed.push(event(6, 'WaveOpened.v1', { wave: 1, batches: ['eu-1.1'] }));
    await until(() => gateway.asked.filter(({ path }) => path === `/v1/releases/${ID}`).length > 1);
    feed.push(event(7, 'BatchPassed.v1', { batch: 'eu-1.1' }));
    feed.push(event(8, 'ReleaseCompleted.v1', {}));
    const { out } = await watched;
    expect(out).toMatch(/wave 1 opened.*\n.*eu-1\.1 passed.*\n.*completed/);
  });

  it('ends when the service does not let it follow any more: exit code 4', async () => {
    gateway.on(`GET /v1/releases/${ID}/events`, problem(401, 'UNAUTHENTICATED', 'the token is not known'));
    const { exit, err } = await watching();
    expect(exit).toBe(4);
    expect(err).toContain('the token is not known');
  });

  it('of something that there is not is wrong: exit code 1', async () => {
    gateway.on(`GET /v1/releases/${ID}`, problem(404, 'UNKNOWN_RELEASE', `there is no release ${ID}`));
    expect((await watching()).exit).toBe(1);
  });
});
