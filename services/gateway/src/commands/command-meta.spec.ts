import { describe, expect, it } from '@jest/globals';
import { CommandMeta } from '#messaging';
import { type CommandRequest, commandMeta } from './command-meta.js';

const REQUEST: CommandRequest = {
  person: { name: 'owner', roles: ['viewer', 'approver'], level: 'owner' },
  correlationId: 'c-1',
  route: 'POST /v1/releases/:id/start a',
  headers: {},
};

describe('what a service is told of a command', () => {
  it('is who gives it, why, and what it belongs to', () => {
    const meta = commandMeta(REQUEST, 'because');
    expect(meta).toEqual({
      commandId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      actor: { id: 'owner', roles: ['viewer', 'approver'], level: 'owner' },
      reason: 'because',
      correlationId: 'c-1',
    });
    expect(CommandMeta.parse(meta)).toEqual(meta);
  });

  it('is the revision that was seen, and the trace', () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const meta = commandMeta({ ...REQUEST, headers: { 'if-match': '"12"', traceparent } });
    expect(meta).toMatchObject({ expectedRevision: 12, traceparent });
    expect(meta).not.toHaveProperty('reason');
  });
});

describe('the id of a command', () => {
  const idOf = (changes: Partial<CommandRequest> = {}, key = 'key-1') =>
    commandMeta({ ...REQUEST, headers: { 'idempotency-key': key }, ...changes }).commandId;

  it('is the same for the same key of the same person at the same place', () => {
    expect(idOf()).toMatch(/^k-[0-9a-f]{64}$/);
    expect(idOf()).toBe(idOf());
  });

  it('is another for another key, person or place', () => {
    const ids = [
      idOf(),
      idOf({}, 'key-2'),
      idOf({ person: { name: 'peer', roles: ['approver'] } }),
      idOf({ route: 'POST /v1/releases/:id/start b' }),
    ];
    expect(new Set(ids).size).toBe(4);
  });

  it('is a new one each time without a key', () => {
    expect(idOf({ headers: {} })).not.toBe(idOf({ headers: {} }));
  });

  it.each(['', 'two words', 'ü', 'x'.repeat(201)])('cannot be made of the key %j', (key) => {
    expect(() => idOf({}, key)).toThrow('INVALID_IDEMPOTENCY_KEY');
  });
});

it.each(['12', '"x"', 'W/"12"', '"-1"', '"1", "2"', '*', '""'])('refuses If-Match: %s', (header) => {
  expect(() => commandMeta({ ...REQUEST, headers: { 'if-match': header } })).toThrow('INVALID_IF_MATCH');
});
