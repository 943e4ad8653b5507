import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Tag } from '#domain';
import { ServiceStack, until } from '#testing';
import { OtlpReceiver } from '#traffic';
import { ClosedLoopWatch } from './closed-loop-watch.js';

/**
 * Calls in all, half of them in each stack and a third of those at each service; more by "Long runs" in CONTRIBUTING.md.
 * A quarter of them is enough to see that spans are as good as files.
 */
const CALLS = Number(process.env.TRAFFIC_CALLS ?? 6_000);
/** A leak has to be found this soon after it was made. */
const FOUND_WITHIN_MS = 5_000;
const REQUESTS_AT_ONCE = 250;

// Thousands of real calls take their time on a busy machine.
jest.setTimeout(30_000 + CALLS * 3);

interface Setting {
  readonly folder: string;
  readonly receiver: OtlpReceiver | null;
  readonly stack: ServiceStack;
  readonly watch: ClosedLoopWatch;
}

async function settingOf(reported: string): Promise<Setting> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-loop-'));
  const host = '127.0.0.1';
  const receiver =
    reported === 'spans' ? await OtlpReceiver.start({ host, port: 0, tags: () => [Tag.parse({})] }) : null;
  const options = receiver ? { otlp: `http://${host}:${receiver.port}/v1/traces` } : {};
  const stack = await ServiceStack.start(folder, { units: 2, ...options });
  return { folder, receiver, stack, watch: await ClosedLoopWatch.start(stack.environment(), receiver) };
}

describe.each(['files', 'spans'] as const)('the calls of a real stack, reported as %s', (reported) => {
  let setting: Setting;

  beforeEach(async () => {
    setting = await settingOf(reported);
  });

  afterEach(async () => {
    await setting.stack.stop();
    await setting.receiver?.stop();
    await rm(setting.folder, { recursive: true, force: true });
  });

  /** Sends requests to both sides, side by side, and reads along. */
  async function send(each: number): Promise<number> {
    const { stack, watch } = setting;
    let good = 0;
    for (let sent = 0; sent < each; sent += REQUESTS_AT_ONCE) {
      const requests = Math.min(REQUESTS_AT_ONCE, each - sent);
      const answered = await Promise.all([stack.send('staging', requests), stack.send('production', requests)]);
      good += answered[0] + answered[1];
      await watch.round();
    }
    await stack.flush();
    await watch.round();
    return good;
  }

  it('stay inside, every one of them, while production has its own beside them', async () => {
    const each = Math.ceil(CALLS / (reported === 'spans' ? 24 : 6));
    expect(await send(each)).toBe(2 * each);
    const { tally } = setting.watch;
    // Spans come from both ends of a call between services.
    const between = reported === 'spans' ? 2 * each : each;
    expect(tally.edges).toEqual({ '?>web': each, 'web>orders': between, 'orders>stock': between });
    expect(tally).toMatchObject({ leaks: 0, untagged: 0, damaged: 0, unanswered: 0, inside: each + 2 * between });
    expect(tally.records).toBe(2 * tally.inside);
    expect(setting.watch.judge(each)).toMatchObject({ verdict: 'passed' });
  });

  it.each([
    [
      'a service that calls production by its address',
      (stack: ServiceStack) => stack.callByAddress('orders', 'stock'),
      /outside the environment/,
    ],
    [
      'a service that calls somebody of production whom it should not call at all',
      (stack: ServiceStack) => stack.callByAddress('web', 'stock'),
      /outside the environment/,
    ],
    ['a service that drops the tag', (stack: ServiceStack) => stack.dropTag('orders'), /without its tag/],
  ])('give away %s while everything runs', async (_, misbehave, sentence) => {
    const { stack, watch } = setting;
    await send(100);
    expect(watch.judge(100).verdict).toBe('passed');
    misbehave(stack);
    const sending = stack.send('staging', 10);
    await until(
      'the leak is found',
      async () => {
        await watch.round();
        return watch.judge(100).verdict === 'failed';
      },
      FOUND_WITHIN_MS,
    );
    await sending;
    expect(watch.judge(100).sentence).toMatch(sentence);
    expect(watch.judge(100).sentence).toMatch(
      /^(web|orders) \(127\.0\.2\.\d+\) called stock at 127\.0\.[12]\.3\d:\d+, /,
    );
  });

  it('give away a call from production into the environment', async () => {
    const { stack, watch } = setting;
    await send(10);
    const [stock] = stack.units('staging', 'stock');
    await fetch(`http://${stock?.address}/items/8`);
    await until(
      'the leak is found',
      async () => {
        await watch.round();
        return watch.tally.untagged > 0;
      },
      FOUND_WITHIN_MS,
    );
    expect(watch.tally).toMatchObject({
      leaks: 1,
      examples: [{ kind: 'untagged', path: '/items/8', service: 'stock' }],
    });
  });

  it('do not count what asks for health', async () => {
    const [stock] = setting.stack.units('staging', 'stock');
    await fetch(`http://${stock?.address}/healthz`);
    await setting.stack.flush();
    await setting.watch.round();
    expect(setting.watch.tally).toMatchObject({ records: 1, calls: 0, leaks: 0 });
  });
});
