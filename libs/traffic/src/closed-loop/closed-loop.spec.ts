import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isInNetwork } from '#domain';
import type { CallRecord } from '../calls/call-record.js';
import { type CallKind, ClosedLoop } from './closed-loop.js';
import { aCall, shop, UNTAGGED } from './spec/a-loop.js';
import { addTallies, CallTally, MAX_EXAMPLES, NO_CALLS } from './tally.js';

const kindOf = (changes: Partial<CallRecord>, spec = shop()): CallKind => new ClosedLoop(spec).add(aCall(changes)).kind;
const sentenceOf = (changes: Partial<CallRecord>): string | undefined => {
  const loop = new ClosedLoop(shop());
  loop.add(aCall(changes));
  return loop.take().examples[0]?.sentence;
};

describe('what a call is', () => {
  const cases: readonly [string, Partial<CallRecord>, CallKind][] = [
    ['between services of the environment is inside', {}, 'inside'],
    ['with the header instead of the baggage is inside', { baggage: null, tag: 'staging' }, 'inside'],
    ['to an upstream is inside', { destination: '127.0.9.1:80' }, 'inside'],
    ['to an upstream is inside without the tag', { ...UNTAGGED, destination: '127.0.9.1:80' }, 'inside'],
    [
      'of somebody else to an upstream is outside',
      { ...UNTAGGED, source: '127.0.1.1', destination: '127.0.9.1:80' },
      'outside',
    ],
    ['to production has left', { destination: '127.0.1.31:8080' }, 'left'],
    [
      'to production has left, wherever it came from, if it has the tag',
      { source: '8.8.8.8', destination: '127.0.1.31:8080' },
      'left',
    ],
    ['to another port of a unit has left', { destination: '127.0.2.31:8081' }, 'left'],
    [
      'from a unit is one of the environment without the tag too',
      { ...UNTAGGED, destination: '127.0.1.31:8080' },
      'left',
    ],
    [
      'that a proxy handed on for a unit is one of the environment',
      { ...UNTAGGED, source: '127.0.0.1', client: '127.0.2.12', destination: '127.0.1.31:8080' },
      'left',
    ],
    ['without the tag inside is untagged', UNTAGGED, 'untagged'],
    ['from production to the environment is untagged', { ...UNTAGGED, source: '127.0.1.12' }, 'untagged'],
    ['with another value of the tag is untagged', { baggage: 'sluice.env=production', tag: 'production' }, 'untagged'],
    ['within production is outside', { ...UNTAGGED, source: '127.0.1.12', destination: '127.0.1.31:8080' }, 'outside'],
    ['of the environment that nobody took is unanswered', { destination: '-' }, 'unanswered'],
    ['of somebody else that nobody took is outside', { ...UNTAGGED, source: '127.0.1.12', destination: '' }, 'outside'],
    ['to an ignored path is outside, with a query too', { ...UNTAGGED, path: '/metrics?name=up' }, 'outside'],
    ['to a path below an ignored one is none of those', { ...UNTAGGED, path: '/metrics/1' }, 'untagged'],
    ['by the router into the environment is inside', { ...UNTAGGED, source: '8.8.8.8', entry: true }, 'inside'],
    [
      'by the router into production is outside, whatever the client sent',
      { source: '8.8.8.8', entry: true, destination: '127.0.1.31:8080' },
      'outside',
    ],
    [
      'by the router into production has left if a unit made it',
      { entry: true, destination: '127.0.1.31:8080' },
      'left',
    ],
    ['that was tried in production too has left', { destination: '127.0.2.31:8080, 127.0.1.31:8080' }, 'left'],
    ['that was tried at two units is inside', { destination: '127.0.2.31:8080 : 127.0.2.12:8080' }, 'inside'],
    ['that was tried nowhere is unanswered', { destination: '-, -' }, 'unanswered'],
    ['to the listener of a router for staging is inside', { destination: '127.0.0.1:9002' }, 'inside'],
    ['to a listener that goes by the tag is inside with it', { destination: '127.0.0.1:9001' }, 'inside'],
    ['to a name that nobody knows cannot be placed', { destination: 'stock:80', asked: true }, 'unplaced'],
    ['to a name of a unit is inside', { asked: true }, 'inside'],
    ['to a listener that goes by the tag has left without it', { ...UNTAGGED, destination: '127.0.0.1:9001' }, 'left'],
    [
      'over a socket of both kinds is the same call',
      { source: '::ffff:127.0.2.12', destination: '[::ffff:127.0.2.31]:8080' },
      'inside',
    ],
  ];

  it.each(cases)('a call %s', (_, changes, kind) => {
    expect(kindOf(changes)).toBe(kind);
  });

  it('comes from the environment exactly when its source is in one of the networks', () => {
    const v4 = fc.ipV4();
    const v6 = fc.ipV6().filter((address) => !address.toLowerCase().startsWith('::'));
    const networks = ['10.0.0.0/8', '172.16.0.0/12', '192.168.7.7/32', '128.0.0.0/1', 'fd00::/8', '2001:db8::/33'];
    const spec = shop({ networks });
    const near = fc.constantFrom(
      '10.255.255.255',
      '11.0.0.0',
      '172.31.255.255',
      '172.32.0.0',
      '192.168.7.6',
      'fe00::',
      '2001:db8:8000::',
    );
    fc.assert(
      fc.property(fc.oneof(v4, v6, near, fc.string()), (source) => {
        const isInside = networks.some((network) => isInNetwork(source, network));
        expect(kindOf({ ...UNTAGGED, source, destination: '1.1.1.1:1' }, spec)).toBe(isInside ? 'left' : 'outside');
      }),
      { numRuns: 300 },
    );
  });
});

describe('a leak', () => {
  it('is named in full', () => {
    expect(sentenceOf({ ...UNTAGGED, destination: '127.0.1.31:8080' })).toBe(
      'orders (127.0.2.12) called stock at 127.0.1.31:8080, outside the environment: GET /items/7, untagged, at 2026-03-01T12:00:00.000Z',
    );
    expect(sentenceOf({ ...UNTAGGED, source: '127.0.1.12', at: 1_772_366_400.5 })).toBe(
      '127.0.1.12 called stock at 127.0.2.31:8080, inside the environment, without its tag: GET /items/7, at 2026-03-01T12:00:00.500Z',
    );
  });

  it('is named in one line that has an end, whatever stands in it', () => {
    const sentence = sentenceOf({
      source: '127.0.2.99',
      destination: 'x:1',
      method: 'GET\n\u202e',
      path: `/${'é'.repeat(30_000)}`,
      caller: 'a\u0000b',
    });
    expect(sentence).toContain('a\u{fffd}b');
    expect(sentence).toMatch(/^[^\p{Cc}\p{Cf}]{100,1000}$/u);
  });
});

describe('the tally of calls', () => {
  it('knows callers by what the record says, else by where only one service lives', () => {
    const loop = new ClosedLoop(shop());
    loop.add(aCall());
    loop.add(aCall({ source: '127.0.2.99', caller: 'web' }));
    loop.add(aCall({ source: '127.0.2.99', caller: 'somebody' }));
    loop.add(aCall({ source: '127.0.2.99', service: 'what the log calls it' }));
    expect(loop.take().edges).toEqual({ 'orders>stock': 1, 'web>stock': 1, '?>stock': 2 });
  });

  it('does not guess who called where several services live', () => {
    const spec = shop();
    for (const service of spec.services)
      for (const unit of service.units) unit.address = `127.0.2.1:${service.name.length}`;
    const loop = new ClosedLoop(spec);
    loop.add(aCall({ source: '127.0.2.1', destination: '127.0.2.1:5' }));
    expect(loop.take().edges).toEqual({ '?>stock': 1 });
  });

  it('counts a call that cannot be placed as damaged: it may have been a leak', () => {
    const loop = new ClosedLoop(shop());
    loop.add(aCall({ destination: 'stock:80', asked: true }));
    expect(loop.take()).toMatchObject({ calls: 1, inside: 0, leaks: 0, damaged: 1 });
  });

  it('names the first leaks and counts all of them', () => {
    const loop = new ClosedLoop(shop());
    for (let i = 0; i < 1000; i += 1) loop.add(aCall({ ...UNTAGGED, path: `/${i}` }));
    const tally = loop.take();
    expect(tally).toMatchObject({ leaks: 1000, untagged: 1000, calls: 1000, inside: 0 });
    expect(tally.examples.map(({ path }) => path)).toEqual(Array.from({ length: MAX_EXAMPLES }, (_, i) => `/${i}`));
    expect(loop.take()).toEqual(NO_CALLS);
  });

  it('is the same however the calls are divided into intervals, and after a way through JSON', () => {
    const destinations = ['127.0.2.31:8080', '127.0.2.12:8080', '127.0.1.31:8080', '127.0.9.1:80', '-'];
    const call = fc.record({
      source: fc.constantFrom('127.0.2.11', '127.0.2.12', '127.0.1.12', ''),
      destination: fc.constantFrom(...destinations),
      baggage: fc.constantFrom('sluice.env=staging', undefined),
      path: fc.constantFrom('/', '/items/7', '/healthz'),
      entry: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(fc.tuple(call, fc.boolean()), { maxLength: 60 }), (calls) => {
        const [whole, parts] = [new ClosedLoop(shop()), new ClosedLoop(shop())];
        const tallies: CallTally[] = [];
        for (const [changes, ends] of calls) {
          whole.add(aCall(changes));
          parts.add(aCall(changes));
          if (ends) tallies.push(CallTally.parse(JSON.parse(JSON.stringify(parts.take()))));
        }
        expect([...tallies, parts.take()].reduce(addTallies, NO_CALLS)).toEqual(whole.take());
      }),
    );
  });
});
