import { describe, expect, it } from '@jest/globals';
import { EMPTY_HEAD, GENESIS_HASH, hashOf, seal } from './hash-chain.js';
import type { NewEvent } from './port.js';

const event: NewEvent = {
  id: 'event-1',
  type: 'BatchDeployed.v1',
  at: '2026-01-31T12:00:00.000Z',
  data: { units: ['eu-1-a'], share: 0.25, note: 'Grüße' },
  meta: {
    commandId: 'command-1',
    actor: { kind: 'person', id: 'ada' },
    reason: 'because',
    correlationId: 'c',
    causationId: 'd',
  },
};
// Computed by another program, from the definition. They must never change: logs are verified against them.
const HASHES = [
  'ce1473aa96f9e14a08760dd7f4348d82edbaa75155595c58f74298b11b004877',
  '80437abab850ec4c5f5ec58c8360d435c917a24a7c51dcbbd4e5c82b800282bd',
];

describe('the hash chain', () => {
  it('is the one that every log was ever written with', () => {
    const sealed = seal({ stream: 'release-a', events: [event, { ...event, id: 'event-2' }] }, EMPTY_HEAD);

    expect(sealed.map(({ revision }) => revision)).toEqual([0, 1]);
    expect(sealed.map(({ meta }) => meta.hash)).toEqual(HASHES);
    expect(sealed.map(({ meta }) => meta.previousHash)).toEqual([GENESIS_HASH, HASHES[0]]);
  });

  it('goes on where the stream ends', () => {
    const [first, second] = seal({ stream: 'release-a', events: [event, { ...event, id: 'event-2' }] }, EMPTY_HEAD);
    const [alone] = seal(
      { stream: 'release-a', events: [{ ...event, id: 'event-2' }] },
      { revision: 0, hash: first?.meta.hash ?? '' },
    );

    expect(alone).toEqual(second);
  });

  it('does not depend on the order of properties, on the position, or on what was hashed before', () => {
    const [sealed] = seal({ stream: 'release-a', events: [event] }, EMPTY_HEAD);
    const backwards = Object.fromEntries(Object.entries({ ...sealed, position: 7 }).reverse()) as typeof sealed;

    expect(backwards && hashOf(backwards, GENESIS_HASH)).toBe(HASHES[0]);
    const resealed = seal({ stream: 'release-a', events: sealed ? [sealed] : [] }, EMPTY_HEAD);
    expect(resealed).toEqual([sealed]);
  });
});
