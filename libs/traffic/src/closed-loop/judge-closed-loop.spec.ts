import { describe, expect, it } from '@jest/globals';
import { ClosedLoop } from './closed-loop.js';
import { judgeClosedLoop, type LoopContext } from './judge-closed-loop.js';
import { aCall, shop, UNTAGGED } from './spec/a-loop.js';
import { type CallTally, NO_CALLS } from './tally.js';

const SOUND = [aCall({ source: '127.0.2.11', service: 'orders', destination: '127.0.2.12:8080' }), aCall()];
const READABLE: LoopContext = { minimumCalls: 2, unreadable: [] };

function tallyOf(calls = SOUND, damaged = 0): CallTally {
  const loop = new ClosedLoop(shop());
  for (const call of calls) loop.add(call);
  loop.addDamaged(damaged);
  return loop.take();
}
const judge = (tallies: readonly CallTally[], context = READABLE, spec = shop()) =>
  judgeClosedLoop(tallies, spec, context);

describe('the closed loop', () => {
  it('passes when every edge between services was seen and no call leaked; upstreams need not be seen', () => {
    expect(judge([tallyOf()])).toMatchObject({
      verdict: 'passed',
      sentence: '2 calls seen, none left the environment',
      evidence: { calls: 2, edges: { 'web>orders': 1, 'orders>stock': 1 }, unseen: [] },
    });
  });

  it('adds up what was seen in all intervals', () => {
    expect(judge(SOUND.map((call) => tallyOf([call]))).verdict).toBe('passed');
  });

  it('fails at the first leak, whatever else is not known', () => {
    const leak = tallyOf([aCall({ ...UNTAGGED, destination: '127.0.1.31:8080' })], 50);
    const { verdict, sentence } = judge([leak, leak], {
      minimumCalls: 1000,
      unreadable: ['/var/log/calls.log is not there'],
    });
    expect(verdict).toBe('failed');
    expect(sentence).toMatch(
      /^orders \(127\.0\.2\.12\) called stock at 127\.0\.1\.31:8080, outside .*; 1 more call like it$/,
    );
  });

  it('is undecided without data, with too little of it, and while an edge was not seen', () => {
    expect(judge([]).verdict).toBe('undecided');
    expect(judge([NO_CALLS], { ...READABLE, minimumCalls: 0 }).verdict).toBe('undecided');
    expect(judge([tallyOf()], { ...READABLE, minimumCalls: 3 })).toMatchObject({
      verdict: 'undecided',
      sentence: '2 calls seen, none left the environment; at least 3 are needed',
    });
    expect(judge([tallyOf([aCall(), aCall()])])).toMatchObject({
      verdict: 'undecided',
      sentence: '2 calls seen, none left the environment; not seen yet: web>orders',
    });
  });

  it('says when an edge is missing only because nobody knows who called', () => {
    const anonymous = aCall({ source: '127.0.2.99', destination: '127.0.2.12:8080' });
    expect(judge([tallyOf([aCall(), anonymous])]).sentence).toMatch(
      /calls to orders were seen that do not tell who called$/,
    );
  });

  it('is unavailable when calls cannot be read', () => {
    const unreadable = ['/var/log/calls.log is not there'];
    expect(judge([tallyOf()], { ...READABLE, unreadable })).toMatchObject({
      verdict: 'unavailable',
      sentence: 'The closed loop cannot be judged: /var/log/calls.log is not there',
    });
    expect(judge([tallyOf()], READABLE, shop({ calls: [] })).verdict).toBe('unavailable');
  });

  it('is unavailable when many records are damaged, and names the few', () => {
    expect(judge([tallyOf(SOUND, 1)]).verdict).toBe('unavailable');
    const many = Array.from({ length: 500 }, () => SOUND).flat();
    expect(judge([tallyOf(many, 1)])).toMatchObject({
      verdict: 'passed',
      sentence: '1,000 calls seen, none left the environment; 1 damaged record could not be looked at',
    });
  });
});
