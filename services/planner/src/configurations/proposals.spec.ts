import { beforeEach, describe, expect, it } from '@jest/globals';
import { DEFAULT_POLICY, Policy, PolicySpec } from '#domain';
import { type AppendResult, type Commit, MemoryEventStore, MemoryLog, type RecordedEvent } from '#event-store';
import type { ConfigurationAnswer, ProposalAnswer } from '#messaging';
import { createLogger, systemClock } from '#runtime';
import { Planning } from '../releases/planning.js';
import { ConfigurationShelf } from './configuration-shelf.js';
import { ConfigurationsController } from './configurations.controller.js';

const logger = createLogger('planner', 'silent');
const LEVELS: Readonly<Record<string, string>> = { otto: 'owner', dora: 'director', alex: 'director' };
const SHORT = { total: { high: '30m' } };
const LONG = { total: { high: '2h' } };

let log: MemoryLog;
let commands = 0;

beforeEach(() => {
  log = new MemoryLog();
});

/** A planner's registry, as it is asked over the wire. */
class Registry {
  private constructor(
    private readonly controller: ConfigurationsController,
    readonly planning: Planning,
    readonly shelf: ConfigurationShelf,
  ) {}

  static async start(store = new MemoryEventStore(log)): Promise<Registry> {
    const shelf = new ConfigurationShelf(store, systemClock, logger);
    await shelf.onApplicationBootstrap();
    return new Registry(new ConfigurationsController(shelf), new Planning(shelf), shelf);
  }

  apply(spec: object, name = 'default', by = 'alex', commandId = newId()): Promise<ConfigurationAnswer> {
    const document = { apiVersion: 'sluice/v1', kind: 'Policy', metadata: { name }, spec };
    return this.controller.register({ kind: 'Policy', document, meta: metaOf(by, commandId) });
  }

  decide(decision: 'approve' | 'reject', by: string, more: Partial<Word> = {}): Promise<ProposalAnswer> {
    const { name = 'default', commandId = newId(), digest, reason = 'because' } = more;
    const meta = { ...metaOf(by, commandId), reason };
    return this.controller.decide({ name, decision, meta, ...(digest ? { digest } : {}) });
  }

  /** What releases are planned with now. */
  async inForce(name = 'default'): Promise<PolicySpec> {
    const current = await this.shelf.current('Policy', name);
    return current ? Policy.parse(JSON.parse(current.text)).spec : DEFAULT_POLICY.spec;
  }

  list(): ConfigurationAnswer[] {
    return this.controller.list({ kind: 'Policy' });
  }
}

interface Word {
  readonly name: string;
  readonly commandId: string;
  readonly digest: string;
  readonly reason: string;
}

function newId(): string {
  commands += 1;
  return `command-${commands}`;
}

function metaOf(id: string, commandId: string) {
  const level = LEVELS[id];
  return { commandId, correlationId: commandId, actor: { id, roles: ['approver'], ...(level ? { level } : {}) } };
}

async function stream(name = 'default'): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for await (const event of new MemoryEventStore(log).readStream(`policy-${name}`)) events.push(event);
  return events;
}

const typesOf = async () => (await stream()).map(({ type }) => type.replace('Configuration', '').replace('.v1', ''));
const refusedAs = (code: string, kind: string) => ({ problem: { code, kind } });

/** A release that is judged by a policy, and the topology that it is for. */
function documentsBy(policy: string) {
  const release = {
    apiVersion: 'sluice/v1',
    kind: 'Release',
    metadata: { name: 'checkout' },
    spec: {
      service: 'checkout',
      version: '2',
      topology: 'production',
      policy,
      rollout: [{ clusters: ['eu'], batches: [1, '100%'] }],
      reason: 'new tax table',
    },
  };
  const topology = {
    apiVersion: 'sluice/v1',
    kind: 'Topology',
    metadata: { name: 'production' },
    spec: { clusters: [{ name: 'eu', kind: 'zone', units: [{ id: 'a' }, { id: 'b' }] }] },
  };
  return { release, topology };
}

describe('a policy that asks less than what is in force', () => {
  it('is proposed; what was in force stays in force, and releases are planned with it', async () => {
    const registry = await Registry.start();
    const answer = await registry.apply(SHORT);
    expect(answer).toMatchObject({
      kind: 'Policy',
      name: 'default',
      by: 'alex',
      proposal: { level: 'director', base: -1 },
    });
    expect(answer.proposal?.looser).toMatchObject([{ path: 'spec.total.high', from: '60m', to: '30m' }]);
    expect(await registry.inForce()).toEqual(DEFAULT_POLICY.spec);
    expect(registry.list()).toEqual([answer]);
  });

  it('is in force once somebody else of the level has approved it, and says who', async () => {
    const registry = await Registry.start();
    const { digest } = await registry.apply(SHORT);
    expect(await registry.decide('approve', 'dora', { digest })).toMatchObject({
      name: 'default',
      decision: 'approve',
      digest,
      level: 'director',
      by: 'dora',
      revision: 2,
    });
    expect(await registry.inForce()).toEqual(PolicySpec.parse(SHORT));
    const [inForce, ...proposed] = registry.list();
    expect(inForce).toMatchObject({ revision: 2, by: 'alex', approvedBy: 'dora' });
    expect(proposed).toEqual([]);
    expect(await registry.shelf.pinned('Policy', 'default', 2)).toMatchObject({ digest });
  });

  it('is known to a planner that has just started', async () => {
    const { digest } = await (await Registry.start()).apply(SHORT);
    const next = await Registry.start();
    expect(next.list()).toMatchObject([{ digest, proposal: { level: 'director' } }]);
    await next.decide('approve', 'dora');
    expect(await (await Registry.start()).inForce()).toEqual(PolicySpec.parse(SHORT));
  });

  it('is not there for releases when nothing is in force under its name', async () => {
    const registry = await Registry.start();
    await registry.apply(SHORT, 'fast');
    const documents = documentsBy('fast');
    await expect(registry.planning.plan(documents)).rejects.toMatchObject({
      problem: { errors: [{ path: 'spec.policy', message: expect.stringContaining('fast is proposed and waits') }] },
    });
    await registry.decide('approve', 'dora', { name: 'fast' });
    await expect(registry.planning.plan(documents)).resolves.toMatchObject({ policy: { revision: 2 } });
  });

  it('says that it is stale once a stricter one is in force, and is refused', async () => {
    const registry = await Registry.start();
    await registry.apply(SHORT);
    await registry.apply(LONG, 'default', 'otto');
    expect(registry.list()).toMatchObject([{ revision: 3 }, { proposal: { stale: true } }]);
    await expect(registry.decide('approve', 'dora')).rejects.toMatchObject(refusedAs('STALE_PROPOSAL', 'conflict'));
    expect(await registry.inForce()).toEqual(PolicySpec.parse(LONG));
  });
});

describe('a word on a proposed version', () => {
  it('that is refused is on record, with who, what and why', async () => {
    const registry = await Registry.start();
    await registry.apply(SHORT);
    await expect(registry.decide('approve', 'alex')).rejects.toMatchObject(refusedAs('SELF_APPROVAL', 'forbidden'));
    await expect(registry.decide('approve', 'otto')).rejects.toMatchObject(refusedAs('LEVEL_TOO_LOW', 'forbidden'));
    await expect(registry.decide('approve', 'eve')).rejects.toMatchObject(refusedAs('LEVEL_TOO_LOW', 'forbidden'));
    await registry.decide('reject', 'dora');
    await expect(registry.decide('approve', 'dora')).rejects.toMatchObject(refusedAs('NOTHING_PROPOSED', 'refused'));
    const refused = (await stream()).filter(({ type }) => type === 'ConfigurationRefused.v1');
    expect(refused.map(({ meta, data }) => [meta.actor.id, (data as { code: string }).code, meta.reason])).toEqual([
      ['alex', 'SELF_APPROVAL', 'because'],
      ['otto', 'LEVEL_TOO_LOW', 'because'],
      ['eve', 'LEVEL_TOO_LOW', 'because'],
      ['dora', 'NOTHING_PROPOSED', 'because'],
    ]);
  });

  it('on a policy that there is not makes no stream of that name', async () => {
    const registry = await Registry.start();
    const word = registry.decide('approve', 'dora', { name: 'nowhere' });
    await expect(word).rejects.toMatchObject(refusedAs('UNKNOWN_POLICY', 'not-found'));
    expect(await stream('nowhere')).toEqual([]);
  });

  it('on the policy that ships is on record, though nobody has registered another', async () => {
    const registry = await Registry.start();
    await expect(registry.decide('approve', 'dora')).rejects.toMatchObject(refusedAs('NOTHING_PROPOSED', 'refused'));
    expect(await typesOf()).toEqual(['Refused']);
    expect(await registry.inForce()).toEqual(DEFAULT_POLICY.spec);
  });
});

describe('the same command again', () => {
  it('is answered as before, whatever happened since', async () => {
    const registry = await Registry.start();
    const proposed = await registry.apply(SHORT, 'default', 'alex', 'propose');
    const refusal = registry.decide('approve', 'otto', { commandId: 'too low' });
    await expect(refusal).rejects.toMatchObject(refusedAs('LEVEL_TOO_LOW', 'forbidden'));
    const approved = await registry.decide('approve', 'dora', { commandId: 'approve' });
    const registered = await registry.apply(LONG, 'default', 'alex', 'register');
    const before = await typesOf();
    for (const again of [registry, await Registry.start()]) {
      expect(await again.apply(SHORT, 'default', 'alex', 'propose')).toEqual(proposed);
      expect(await again.apply(LONG, 'default', 'alex', 'register')).toEqual(registered);
      expect(await again.decide('approve', 'dora', { commandId: 'approve' })).toEqual(approved);
      const refusedAgain = again.decide('approve', 'otto', { commandId: 'too low' });
      await expect(refusedAgain).rejects.toMatchObject(refusedAs('LEVEL_TOO_LOW', 'forbidden'));
    }
    expect(await typesOf()).toEqual(before);
  });

  it('with the id of another one is refused', async () => {
    const registry = await Registry.start();
    await registry.apply(SHORT, 'default', 'alex', 'one');
    const word = registry.decide('approve', 'dora', { commandId: 'one' });
    await expect(word).rejects.toMatchObject(refusedAs('COMMAND_ID_TAKEN', 'conflict'));
  });
});

describe('two planners at the same time', () => {
  it('register and approve one after the other: the second decides on what the first has left', async () => {
    for (let round = 0; round < 20; round += 1) {
      log = new MemoryLog();
      const [one, other] = [await Registry.start(), await Registry.start()];
      await one.apply(SHORT);
      const outcomes = await Promise.allSettled([one.apply(LONG, 'default', 'otto'), other.decide('approve', 'dora')]);
      const approved = outcomes[1].status === 'fulfilled';
      // Either the stricter one came first and what was proposed is stale, or it was in force already and is replaced.
      expect(await typesOf()).toEqual(
        approved
          ? ['PartRecorded', 'Proposed', 'Approved', 'PartRecorded', 'Registered']
          : ['PartRecorded', 'Proposed', 'PartRecorded', 'Registered', 'Refused'],
      );
      expect(await one.inForce()).toEqual(PolicySpec.parse(LONG));
      expect(await other.inForce()).toEqual(PolicySpec.parse(LONG));
    }
  });

  it('plan by what is in force, before or after it is approved, and never by half of each', async () => {
    for (let round = 0; round < 20; round += 1) {
      log = new MemoryLog();
      const [one, other] = [await Registry.start(), await Registry.start()];
      await one.apply(SHORT);
      const planned = other.planning.plan(documentsBy('default'));
      const [{ policy }] = await Promise.all([planned, one.decide('approve', 'dora')]);
      const { revision, document } = policy;
      expect([revision, document.spec]).toEqual(
        revision < 0 ? [-1, DEFAULT_POLICY.spec] : [2, PolicySpec.parse(SHORT)],
      );
      expect(await other.planning.plan(documentsBy('default'))).toMatchObject({ policy: { revision: 2 } });
    }
  });

  it('approve the same version once', async () => {
    const [one, other] = [await Registry.start(), await Registry.start()];
    await one.apply(SHORT);
    const outcomes = await Promise.allSettled([one.decide('approve', 'dora'), other.decide('approve', 'dora')]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await typesOf()).toEqual(['PartRecorded', 'Proposed', 'Approved', 'Refused']);
  });
});

describe('a proposal that a crash cut off', () => {
  /** More than one commit holds, and looser than what ships. */
  const rule = { when: 'plan.units > 9'.padEnd(3_000), message: 'm'.repeat(1_000), remedy: 'r'.repeat(1_000) };
  const LARGE = { ...SHORT, rules: Array.from({ length: 200 }, (_, i) => ({ id: `ORG-${i}`, ...rule })) };

  /** The process dies after its first commit. */
  class DyingStore extends MemoryEventStore {
    private commits = 0;

    override async append(commit: Commit): Promise<AppendResult> {
      this.commits += 1;
      if (this.commits > 1) throw new Error('the process has died');
      return super.append(commit);
    }
  }

  it('changes nothing, and is complete when it is sent again', async () => {
    const dying = await Registry.start(new DyingStore(log));
    await expect(dying.apply(LARGE, 'default', 'alex', 'propose')).rejects.toThrow('the process has died');
    expect((await typesOf()).length).toBeGreaterThan(5);
    const next = await Registry.start();
    expect(next.list()).toEqual([]);
    await expect(next.decide('approve', 'dora')).rejects.toMatchObject(refusedAs('NOTHING_PROPOSED', 'refused'));
    const proposal = await next.apply(LARGE, 'default', 'alex', 'propose');
    expect(proposal.proposal?.looser).toHaveLength(1);
    expect(await next.decide('approve', 'dora')).toMatchObject({ digest: proposal.digest });
    expect(await next.inForce()).toEqual(PolicySpec.parse(LARGE));
  });
});
