import { describe, expect, it } from '@jest/globals';
import { InvalidInput } from '../errors.js';
import { parseKurrentUrl } from './kurrent-url.js';

describe('a KurrentDB URL', () => {
  it.each([
    ['kurrentdb://127.0.0.1?tls=false', 'kurrentdb://127.0.0.1?tls=false&', 'kurrentdb://127.0.0.1'],
    ['esdb://ada:s%40cret@db:2113/', 'kurrentdb://ada:s%40cret@db:2113?', 'esdb://db:2113'],
    ['esdb+discover://a,b:2114?TLS=false', 'kurrentdb+discover://a,b:2114?tls=false&', 'esdb+discover://a,b:2114'],
  ])('%s is for the client what it is to us, named, and shown without its secrets', (url, start, shown) => {
    const parsed = parseKurrentUrl(url, 'plan ner');
    expect(parsed.connectionString.startsWith(start)).toBe(true);
    expect(parsed.connectionString).toContain('connectionName=plan%20ner');
    expect(parsed.shown).toBe(shown);
  });

  it('is taken apart: nodes, credentials, and whom to trust', () => {
    expect(
      parseKurrentUrl('kurrentdb://ada:s%40cret@a,b:2114?tlsCAFile=%2Fetc%2Fca%20of%20ours.crt', 'x'),
    ).toMatchObject({
      nodes: [
        { host: 'a', port: 2113 },
        { host: 'b', port: 2114 },
      ],
      login: { username: 'ada', password: 's@cret' },
      tls: { verifies: true, authorityFile: '/etc/ca of ours.crt' },
    });
    expect(parseKurrentUrl('kurrentdb://a?tlsVerifyCert=false', 'x').tls?.verifies).toBe(false);
    expect(parseKurrentUrl('kurrentdb://a?tls=false', 'x').tls).toBeUndefined();
  });

  it('with credentials and without TLS is refused, because the client would send none', () => {
    const parse = () => parseKurrentUrl('kurrentdb://ada:secret@db?tls=false', 'planner');
    expect(parse).toThrow('without TLS the client sends no credentials');
  });

  it.each([
    'kurrentdb://',
    'kurrentdb://ada:secret@',
    'kurrentdb://ada:sec@ret@db',
    'kurrentdb://ada:sec:ret@db',
    'kurrentdb://ada:secret@db:port',
    'kurrentdb://ada:secret@db?tls=false',
    'kurrentdb://ada:secret@db?throwOnAppendFailure=false',
    'kurrentdb://ada:secret@db?nonsense=1',
    'kurrentdb://ada:secret@db?tls',
    'kurrentdb://ada:secret@db?tls= false',
    'kurrentdb://ada:secret@db?tlsVerifyCert=no',
    'kurrentdb://ada:secret%zz@db',
    'kurrentdb://db?tlsCAFile=%zz',
  ])('%s is refused, without its secrets', (url) => {
    const parse = () => parseKurrentUrl(url, 'planner');
    expect(parse).toThrow(InvalidInput);
    expect(parse).not.toThrow(/secret|sec[@:]ret/);
  });
});
