import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Unit } from '#domain';
import { DriverError, type UnitChange, type UnitDriver, type UnitTarget } from '#drivers';

/** One unit with a driver for it, in a world of its own. */
export interface UnitDriverHarness {
  readonly unit: Unit;
  readonly driver: UnitDriver;
  /** A driver with the same memory, as a process has it that starts after another one died. */
  restarted(): UnitDriver;
  /** Starts a deploy in a process of its own and kills that with SIGKILL once the deploy has begun. */
  deployAndDie(change: UnitChange, key: string): Promise<void>;
  /** How often the unit was really changed, or an attempt at it was really begun. */
  runs(): Promise<number>;
  /** Settles when a change to `versions.slow` has begun. */
  slowBegun(): Promise<void>;
  /** Lets a change to `versions.slow` come to its end. */
  finishSlow(): Promise<void>;
  readonly versions: {
    readonly failsForNow: string;
    readonly failsForGood: string;
    /** Never ends by itself. */
    readonly hangs: string;
    /** Ends after `finishSlow`. */
    readonly slow: string;
  };
  close(): Promise<void>;
}

const RELEASE = 'checkout-2.0.0-ab12';
const BATCH = 'eu-1.1';
const PATIENCE = { timeoutMs: 20_000 };

/** What every driver does. The unit of a fresh harness runs nothing. */
export function unitDriverContract(name: string, makeHarness: () => Promise<UnitDriverHarness>): void {
  // Processes take their time to start on a busy machine.
  jest.setTimeout(60_000);

  describe(`${name} is a unit driver`, () => {
    let at: UnitDriverHarness;
    let attempts = 0;

    const newKey = (): string => {
      attempts += 1;
      return `${RELEASE}/${BATCH}/${at.unit.id}/${attempts}`;
    };
    const to = (version: string, previous: string | null = null): UnitChange => ({
      ...back(version),
      version,
      previous,
    });
    const back = (version: string | null): UnitTarget => ({
      release: RELEASE,
      batch: BATCH,
      service: 'checkout',
      version,
    });
    const deploy = (version: string, key: string, driver = at.driver, timeoutMs = PATIENCE.timeoutMs): Promise<void> =>
      driver.deploy(at.unit, to(version), key, { timeoutMs });

    beforeEach(async () => {
      at = await makeHarness();
    });
    afterEach(async () => {
      await at.close();
    });

    it('says of a unit that runs nothing that it runs nothing', async () => {
      expect(await at.driver.inspect(at.unit)).toMatchObject({ version: null });
    });

    it('shows the version that it deployed', async () => {
      await deploy('2.0.0', newKey());
      expect(await at.driver.inspect(at.unit)).toEqual({ version: '2.0.0', healthy: true });
    });

    it('rolls back to the version before', async () => {
      await deploy('1.0.0', newKey());
      await deploy('2.0.0', newKey());
      await at.driver.rollback(at.unit, back('1.0.0'), newKey(), PATIENCE);
      expect(await at.driver.inspect(at.unit)).toEqual({ version: '1.0.0', healthy: true });
    });

    it('rolls back to nothing when there was nothing before', async () => {
      await deploy('2.0.0', newKey());
      await at.driver.rollback(at.unit, back(null), newKey(), PATIENCE);
      expect(await at.driver.inspect(at.unit)).toMatchObject({ version: null });
    });

    it('does the thing once when the same key comes again', async () => {
      const key = newKey();
      await deploy('2.0.0', key);
      await deploy('2.0.0', key);
      expect(await at.runs()).toBe(1);
    });

    it('does the thing once when the same key comes from five sides at the same time', async () => {
      const key = newKey();
      const drivers = [at.driver, at.driver, at.restarted(), at.restarted(), at.restarted()];
      await Promise.all(drivers.map((driver) => deploy('2.0.0', key, driver)));
      expect(await at.runs()).toBe(1);
    });

    it('does the thing again for another key', async () => {
      await deploy('2.0.0', newKey());
      await deploy('2.0.0', newKey());
      expect(await at.runs()).toBe(2);
    });

    it('refuses a key that stands for something else, for good', async () => {
      const key = newKey();
      await deploy('1.0.0', key);
      expect(await errorOf(deploy('2.0.0', key))).toMatchObject({ code: 'refused', retryable: false });
      expect(await at.driver.inspect(at.unit)).toMatchObject({ version: '1.0.0' });
    });

    it('says that a failure may pass', async () => {
      expect(await errorOf(deploy(at.versions.failsForNow, newKey()))).toMatchObject({ retryable: true });
    });

    it('says that a failure will not pass', async () => {
      expect(await errorOf(deploy(at.versions.failsForGood, newKey()))).toMatchObject({ retryable: false });
    });

    it('gives the same failure again for the same key, without trying again', async () => {
      const key = newKey();
      const first = await errorOf(deploy(at.versions.failsForNow, key));
      const second = await errorOf(deploy(at.versions.failsForNow, key, at.restarted()));
      expect([second.code, second.message, second.output]).toEqual([first.code, first.message, first.output]);
      expect(await at.runs()).toBe(1);
    });

    it('gives up when the time is over, and says so again for the same key', async () => {
      const key = newKey();
      const failure = { code: 'timed-out', retryable: true };
      expect(await errorOf(deploy(at.versions.hangs, key, at.driver, 300))).toMatchObject(failure);
      expect(await errorOf(deploy(at.versions.hangs, key, at.restarted(), 300))).toMatchObject(failure);
      expect(await at.runs()).toBe(1);
    });

    it('lets the effect go on when nobody waits any more, and finds it by its key', async () => {
      const key = newKey();
      const nobody = new AbortController();
      const options = { ...PATIENCE, signal: nobody.signal };
      const waiting = errorOf(at.driver.deploy(at.unit, to(at.versions.slow), key, options));
      await at.slowBegun();
      nobody.abort();
      expect(await waiting).toMatchObject({ code: 'interrupted', retryable: true });

      await at.finishSlow();
      await deploy(at.versions.slow, key);
      expect(await at.runs()).toBe(1);
    });

    it('knows after a restart what it has done, and does not do it again', async () => {
      const key = newKey();
      await deploy('2.0.0', key);
      await deploy('2.0.0', key, at.restarted());
      expect(await at.runs()).toBe(1);
    });

    it('waits, after a SIGKILL in the middle of a deploy, for the deploy that goes on', async () => {
      const key = newKey();
      await at.deployAndDie(to(at.versions.slow), key);
      const waiting = deploy(at.versions.slow, key, at.restarted());
      await at.finishSlow();
      await waiting;
      expect(await at.runs()).toBe(1);
      expect(await at.driver.inspect(at.unit)).toEqual({ version: at.versions.slow, healthy: true });
    });

    it('finds, after a SIGKILL in the middle of a deploy, what it came to in the meantime', async () => {
      const key = newKey();
      await at.deployAndDie(to(at.versions.slow), key);
      await at.finishSlow();
      await expectVersion(at, at.versions.slow);
      await deploy(at.versions.slow, key, at.restarted());
      expect(await at.runs()).toBe(1);
    });
  });
}

/** The error that a promise ends with; fails the test when there is none or it is of another kind. */
async function errorOf(promise: Promise<unknown>): Promise<DriverError> {
  const error = await promise.then(
    () => new Error('it worked'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof DriverError)) throw error;
  return error;
}

async function expectVersion(at: UnitDriverHarness, version: string): Promise<void> {
  const deadline = Date.now() + PATIENCE.timeoutMs;
  let seen = await at.driver.inspect(at.unit);
  while (seen.version !== version && Date.now() < deadline) seen = await at.driver.inspect(at.unit);
  expect(seen.version).toBe(version);
}
