import { describe, expect, it } from '@jest/globals';
import { ALLOWED } from './commands.js';
import { ordersOf } from './orders.spec-support.js';
import { RELEASE_STATUSES } from './status.js';
import { storyOf } from './statuses.spec-support.js';
import { DIRECTOR } from './story.spec-support.js';

const ORDERS = ordersOf();
const OUT_OF_PLACE = ['WRONG_STATE', 'UNKNOWN_RELEASE', 'ALREADY_SUBMITTED'];
const cells = Object.values(ORDERS).flatMap((order) =>
  RELEASE_STATUSES.map((status) => ({
    type: order.type,
    status,
    order,
    allowed: ALLOWED[order.type].includes(status),
  })),
);

describe('the table of commands', () => {
  it.each(cells.filter(({ allowed }) => allowed))(
    'lets $type be decided when a release is $status',
    ({ order, status }) => {
      const outcome = storyOf(status).when(order, DIRECTOR);
      expect(OUT_OF_PLACE).not.toContain(outcome);
    },
  );

  it.each(cells.filter(({ allowed }) => !allowed))('refuses $type when a release is $status', ({ order, status }) => {
    const code =
      status === 'absent' ? 'UNKNOWN_RELEASE' : order.type === 'submit' ? 'ALREADY_SUBMITTED' : 'WRONG_STATE';
    expect(storyOf(status).when(order, DIRECTOR)).toBe(code);
  });
});

describe('a refusal', () => {
  it.each([
    ['planned', 'start', 'it waits for an approval: sluice approve'],
    ['escalated', 'start', 'it waits for an approval of a higher level: sluice approve'],
    ['running', 'start', 'it runs already'],
    ['ready', 'abort', 'it has not started: sluice withdraw'],
    ['held', 'withdraw', 'it has started: sluice abort or sluice rollback'],
    ['aborted', 'roll-back', 'an aborted release stays as it is: release the earlier version instead'],
    ['running', 'resume', 'it runs already'],
  ] as const)('of a release that is %s to %s says what to do instead', (status, type, instead) => {
    expect(storyOf(status).refusalOf(ORDERS[type])).toBe(
      `a release that is ${status} cannot be asked to ${type}; ${instead}`,
    );
  });

  it('of a release that does not exist says so', () => {
    expect(storyOf('absent').refusalOf({ type: 'start' })).toBe('there is no such release');
  });
});
