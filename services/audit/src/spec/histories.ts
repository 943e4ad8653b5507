import { ENVIRONMENT } from './documents.js';
import { carryOut } from './hands.js';
import type { World } from './world.js';

/** A good release: completed. */
export async function goodRelease(world: World, id = 'good'): Promise<void> {
  await world.submit(id);
  await world.mustDo(id, 'olga', { type: 'start' }, 'the window is open');
  await carryOut(world, id);
}

/** A release whose second batch is bad: a rule rolls all of it back. */
export async function badRelease(world: World, id = 'bad'): Promise<void> {
  await world.submit(id, { version: '3.0.0', reason: 'ships the new basket' });
  await world.mustDo(id, 'olga', { type: 'start' });
  await carryOut(world, id, { verdict: (batch) => (batch === 'eu-1.2' ? 'failed' : 'passed') });
}

/** A release that passes staging at the second try of everything, and then production. */
export async function stagedRelease(world: World, id = 'staged'): Promise<void> {
  await world.register(ENVIRONMENT);
  await world.submit(id, { version: '5.0.0', staging: { environment: 'checkout-staging' } });
  await world.mustDo(id, 'olga', { type: 'start' });
  await carryOut(world, id, {
    blindProbe: (attempt) => attempt === 1,
    stuckRouter: (shift, attempt) => shift === 2 && attempt === 1,
  });
}

/** A release that staging keeps from production: its traffic is taken away, its units are put back. */
export async function stoppedInStaging(world: World, id = 'stopped'): Promise<void> {
  await world.submit(id, { version: '6.0.0', staging: { environment: 'checkout-staging' } });
  await world.mustDo(id, 'olga', { type: 'start' });
  await carryOut(world, id, { verdict: (batch) => (batch === 'staging' ? 'failed' : 'passed') });
}

/** A policy that is made stricter, then looser: who proposes that does not approve it, and somebody else does. */
export async function changedPolicy(world: World): Promise<void> {
  await world.changePolicy({ total: { high: '2h' } }, 'ada');
  await world.changePolicy({ total: { high: '30m' }, budgets: { cluster: 2 } }, 'ada');
  await world.decideOnPolicy('approve', 'ada');
  await world.decideOnPolicy('approve', 'dora');
  await world.changePolicy({ total: { high: '20m' }, holders: { director: ['dora', 'ada'] } }, 'ada');
  await world.decideOnPolicy('reject', 'dora');
}

/** Everything else that can happen to releases, so that the log has an event of every type. */
export async function everythingElse(world: World): Promise<void> {
  await world.register();
  await changedPolicy(world);
  const confirm = { name: 'second-look', confirm: { role: 'operator', people: 1 } };

  const unphased = { rollout: [{ clusters: ['eu-1'], batches: ['100%'] }] };
  await world.submit('unphased', { ...unphased, validate: [confirm], version: '2.1.0' });
  await world.order('unphased', 'ada', { type: 'approve' }, 'I think it is fine');
  await world.mustDo('unphased', 'dora', { type: 'approve' }, 'agreed in the review');
  await world.mustDo('unphased', 'olga', { type: 'start' });
  await carryOut(world, 'unphased', { fails: (_unit, attempt) => attempt === 1 });
  await world.mustDo('unphased', 'sven', { type: 'change-interval', batch: 'eu-1.1', to: '20m' }, 'a busy day');
  await world.mustDo('unphased', 'sven', { type: 'pause' }, 'lunch');
  await world.mustDo('unphased', 'sven', { type: 'resume' }, 'back');
  await world.mustDo('unphased', 'sven', { type: 'confirm', batch: 'eu-1.1', seen: 'the shop sells' });
  await carryOut(world, 'unphased');
  await world.mustDo('unphased', 'sven', { type: 'roll-back' }, 'the tax table is wrong');
  await carryOut(world, 'unphased', { failsBack: (unit, attempt) => unit === 'eu-1-a' && attempt <= 2 });
  await world.mustDo('unphased', 'sven', { type: 'resume' }, 'the host is back');
  await carryOut(world, 'unphased');

  const began = world.now;
  world.reading = () => ({ clock: 'steady', ms: world.now - began });
  await world.submit('silent', { validate: [confirm], onFailure: 'hold', version: '2.2.0' });
  await world.mustDo('silent', 'olga', { type: 'start' });
  await carryOut(world, 'silent');
  await world.mustDo('silent', 'olga', { type: 'roll-back', batch: 'eu-1.1' }, 'nobody looked');
  await carryOut(world, 'silent');
  await world.mustDo('silent', 'olga', { type: 'resume' }, 'once more');
  await carryOut(world, 'silent');
  await world.mustDo('silent', 'olga', { type: 'abort' }, 'another day');

  await world.submit('unwanted', unphased);
  await world.mustDo('unwanted', 'dora', { type: 'reject' }, 'needs batches');
  await world.submit('regretted');
  await world.mustDo('regretted', 'ada', { type: 'withdraw' }, 'wrong version');
}

/** A release whose topology changes while it runs, and one whose unit is tried again. */
export async function surprises(world: World): Promise<void> {
  await world.submit('drifting', { drift: 'include', version: '2.4.0' });
  await world.mustDo('drifting', 'olga', { type: 'start' });
  const came = [{ cluster: 'us-1', units: [{ id: 'us-1-d', driver: 'exec' }] }];
  const news = { revision: 2, digest: 'd2', added: came, removed: ['us-1-c'] };
  await world.serve('drifting', { type: 'report-drift', ...news });
  await world.mustDo('drifting', 'olga', { type: 'abort' }, 'another day');

  await world.submit('stuck', { onFailure: 'hold', version: '2.3.0' });
  await world.mustDo('stuck', 'olga', { type: 'start' });
  await carryOut(world, 'stuck', { fails: (unit, attempt) => unit === 'eu-1-a' && attempt <= 2 });
  await world.mustDo('stuck', 'sven', { type: 'retry-unit', unit: 'eu-1-a' }, 'the disk has room again');
  await carryOut(world, 'stuck');
}
