import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { HoldCause, ReleaseView, StagingView } from '#domain';
import { as, type CallOptions, call } from '../spec-support/call.js';
import { Feed } from '../spec-support/feed.js';
import { Gateway } from '../spec-support/gateway.js';
import { batch, ID, release } from '../spec-support/release.js';
import { LEAK, LEAKY_STORY } from '../spec-support/staged-story.js';
import { IN, PROBED, staging, verdict } from '../spec-support/staging.js';
import { seenOn } from '../spec-support/virtual-terminal.js';

const golden = (name: string): string => readFileSync(join(import.meta.dirname, 'golden', name), 'utf8');
const TERMINAL = { columns: 80, rows: 24 };

let gateway: Gateway;
let feed: Feed;
/** How the service shows the release at the moment. */
let view: ReleaseView;

beforeEach(async () => {
  gateway = await Gateway.start();
  feed = new Feed();
  gateway.on(`GET /v1/releases/${ID}`, (_asked, response) => void response.end(JSON.stringify(view)));
  gateway.on(`GET /v1/releases/${ID}/events`, feed.serve);
});
afterEach(() => gateway.stop());

function ask(command: string, options: CallOptions = {}) {
  return call([command, ID], { ...options, env: { ...as('t', gateway.url), NO_COLOR: '1' } });
}

async function showing(shown: StagingView, options: CallOptions = { terminal: TERMINAL }): Promise<string> {
  view = release({ state: 'running', staging: shown });
  return (await ask('show', options)).out;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** Tells the story, each event after somebody has asked for the state that the one before led to. */
async function tellStory(): Promise<void> {
  await until(() => feed.listeners > 0);
  for (const step of LEAKY_STORY) {
    const asked = gateway.asked.length;
    view = step.view;
    feed.push(step.event);
    await until(() => gateway.asked.slice(asked).some(({ path }) => path === `/v1/releases/${ID}`));
  }
}

/** A release whose environment has all of its traffic but not all of its verdicts. */
const OBSERVED: ReleaseView = release({
  state: 'running',
  staging: staging(
    {
      state: 'observing',
      deployed: 2,
      probe: PROBED,
      observedUntil: '2026-01-05T10:16:00.000Z',
      verdicts: [
        verdict('closed-loop', 'passed', '1,204 calls seen, none left the environment'),
        verdict('traffic-share', 'passed', '104 of 10,312 requests from production, 1.01 %, and all 211 internal ones'),
        verdict('errors', 'undecided', '31 requests so far, 50 are needed'),
      ],
      confirmations: [{ actor: 'bob', at: '2026-01-05T10:12:00.000Z', seen: 'Ordered a book in staging' }],
    },
    { now: IN },
  ),
});

describe('a release in staging', () => {
  it('is shown with its traffic, the probe and every verdict, in 80 columns', async () => {
    view = OBSERVED;
    expect((await ask('show', { terminal: TERMINAL })).out).toBe(golden('show-staging.terminal.txt'));
  });

  it('is shown as plain lines in a pipe', async () => {
    view = OBSERVED;
    expect((await ask('show')).out).toBe(golden('show-staging.pipe.txt'));
  });

  it('is shown no wider than a narrow terminal', async () => {
    view = OBSERVED;
    const { out } = await ask('show', { terminal: { columns: 60, rows: 24 } });
    expect(out.split('\n').filter((line) => line.length > 60)).toEqual([]);
  });

  it('says how far the traffic is on its way, and why not further', async () => {
    const now = { internal: '100%', production: '0%' };
    const error = 'the admin socket does not answer';
    const moving = await showing(
      staging({ state: 'observing', deployed: 2, probe: PROBED }, { now, shiftingTo: IN, error }),
    );
    expect(moving).toContain('observing  2/2 units  for 10m once all traffic is in');
    expect(moving).toContain('internal    ██████████   100%  as asked');
    expect(moving).toContain('production  ░░░░░░░░░░     0%  asked: 1%');
    expect(moving).toContain('being moved to 100% of internal and 1% of production');
    expect(moving).toContain('the last try failed: the admin socket does not answer');
    const given = await showing(staging({ state: 'observing', deployed: 2, probe: PROBED }, { now, error }));
    expect(given).toContain('given up: the admin socket does not answer');
    const leaving = await showing(
      staging({ state: 'failed', deployed: 2 }, { now: IN, shiftingTo: { internal: '0%', production: '0%' } }),
    );
    expect(leaving).toContain('being taken out');
  });

  it.each<[string, StagingView, string]>([
    ['before it', staging(), 'none yet, asked: 100% of internal and 1% of production'],
    ['after it', staging({ state: 'passed', deployed: 2 }), 'traffic   none, asked: 100% of internal'],
    ['of copies', staging({}, { mode: 'mirror' }), 'none yet, asked: copies of 100% of internal and 1% of production'],
  ])('says that there is no traffic %s', async (_when, shown, told) => {
    expect(await showing(shown)).toContain(told);
  });

  it.each<[HoldCause, string]>([
    ['staging', `sluice resume ${ID}   (tries again)`],
    ['aborting', 'it ends by itself once its traffic has left staging'],
  ])('held because of %s says what to do next', async (cause, told) => {
    const hold = { cause, sentence: 'the traffic could not be moved', batch: 'staging', since: '2026-01-05T10:09:00Z' };
    view = release({ state: 'held', hold, staging: staging({ state: 'observing', deployed: 2 }) });
    expect((await ask('show')).err).toContain(told);
  });
});

describe('watching a release in staging', () => {
  it('tells the probe, each change of the traffic, the leak and the way back in a pipe', async () => {
    view = release({ state: 'running', revision: 5, staging: staging() });
    const [{ exit, out }] = await Promise.all([ask('watch'), tellStory()]);
    expect(out.split('\n')).toEqual([
      `${ID} is running, staging pending, 0 of 2 batches passed`,
      '10:06:00Z  staging opened  (rule OBS-3)',
      '10:07:00Z  staging deployed on 2; now to be probed  (rule OBS-2)',
      `10:08:00Z  staging probed, its calls stay inside: ${PROBED?.sentence}  (service observer)`,
      '10:09:00Z  letting traffic into staging: 100% of internal  (rule STG-1)',
      '10:10:00Z  staging has 100% of internal traffic now  (service executor)',
      '10:11:00Z  letting traffic into staging: 100% of internal and 1% of production  (rule STG-1)',
      '10:12:00Z  the traffic could not be moved: the admin socket does not answer; to be tried again  (service executor)',
      '10:13:00Z  staging has 100% of internal and 1% of production traffic now  (service executor)',
      `10:14:00Z  leak found in staging: ${LEAK}  (service observer)`,
      '10:15:00Z  draining staging: it is not to have traffic now  (rule STG-1)',
      `10:16:00Z  rollback of the release began: closed-loop: ${LEAK}  (rule RBK-2)`,
      '10:17:00Z  staging is drained  (service executor)',
      '10:18:00Z  rolled back, 2 units  (service executor)',
      `${ID} is rolled-back, staging rolled-back, 0 of 2 batches passed`,
      '',
    ]);
    expect(exit).toBe(3);
  });

  it('draws over itself on a terminal, so that one picture is left', async () => {
    view = release({ state: 'running', revision: 5, staging: staging() });
    const [{ out }] = await Promise.all([ask('watch', { terminal: TERMINAL }), tellStory()]);
    expect(seenOn(out)).toEqual([
      'checkout-2.4.0-x7k2  checkout 2.4.0  rolled-back  0 of 2 batches passed',
      'staging   checkout-staging  rolled-back  2/2 units',
      '',
      'wave  batch   units  state    verdicts  until',
      '────  ──────  ─────  ───────  ────────  ─────',
      '   1  eu-1.1      1  pending',
      '   2  eu-1.2      3  pending',
      'staging closed-loop failed: prices (10.9.0.21) called stock at 10.1.0.40:8080,',
      '                            outside the environment: GET /stock/4711, tagged, at',
      '                            2026-01-05T10:12:40.000Z',
      'rollback: closed-loop: prices (10.9.0.21) called stock at 10.1.0.40:8080, outsi…',
    ]);
  });

  it('never draws more than the terminal has lines', async () => {
    const batches = Array.from({ length: 500 }, (_, i) => batch(`eu-1.${i + 1}`, i + 1, ['u']));
    view = { ...OBSERVED, state: 'aborted', batches };
    const { out } = await ask('watch', { terminal: { columns: 60, rows: 20 } });
    const seen = seenOn(out);
    expect(seen.length).toBeLessThan(20);
    expect(Math.max(...seen.map((line) => line.length))).toBeLessThanOrEqual(60);
    expect(seen).toContain('verdicts  ✓ closed-loop ✓ traffic-share ? errors');
  });
});
