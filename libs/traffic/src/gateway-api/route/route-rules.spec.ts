import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ALL_BASIS_POINTS, CLOSED, TRAFFIC_MODES, type TrafficSplit } from '#domain';
import { shopEnvironment } from '../spec/environment.js';
import { ruleFor, shareOf } from '../spec/pretend-gateway.js';
import { routeRules } from './route-rules.js';

const STAFF = { 'x-staff': 'yes' };
const TAG = { 'x-sluice-env': 'staging' };

const split = (internal: string, production: string): TrafficSplit => ({ internal, production });
const toStaging = (of: TrafficSplit, headers: Record<string, string>, environment = shopEnvironment()) =>
  shareOf('web-staging', routeRules(environment, of, 'split'), headers);

describe('the rules of a route', () => {
  it('divide internal traffic and all other by shares of their own', () => {
    const of = split('50%', '1%');
    expect([toStaging(of, STAFF), toStaging(of, {})]).toEqual([5_000, 100]);
  });

  it('do not believe a client that it belongs to staging', () => {
    expect(toStaging(split('100%', '0%'), TAG)).toBe(0);
    expect(toStaging(split('100%', '1%'), TAG)).toBe(100);
  });

  it('send internal requests with the tag to staging, as long as anything goes there', () => {
    expect(toStaging(split('0%', '1%'), { ...STAFF, ...TAG })).toBe(10_000);
    expect(toStaging(CLOSED, { ...STAFF, ...TAG })).toBe(0);
  });

  it('do not mention staging when they are closed', () => {
    for (const mode of TRAFFIC_MODES) {
      expect(JSON.stringify(routeRules(shopEnvironment(), CLOSED, mode))).not.toContain('web-staging');
    }
  });

  it('tag what goes to staging, and nothing else', () => {
    const [staging, production] =
      ruleFor(routeRules(shopEnvironment(), split('0%', '1%'), 'split'), {})?.backendRefs ?? [];
    const set = [
      { name: 'x-sluice-env', value: 'staging' },
      { name: 'baggage', value: 'sluice.env=staging' },
    ];
    expect(staging).toMatchObject({ name: 'web-staging', filters: [{ requestHeaderModifier: { set } }] });
    const remove = ['x-sluice-env', 'baggage'];
    expect(production).toMatchObject({ name: 'web', filters: [{ requestHeaderModifier: { remove } }] });
  });

  it('change a header in one way only', () => {
    const environment = shopEnvironment({}, { tag: { header: 'Baggage' } });
    const filters = JSON.stringify(routeRules(environment, split('100%', '1%'), 'split'));
    expect(filters).toContain('"set":[{"name":"baggage","value":"sluice.env=staging"}]');
    expect(filters).toContain('"remove":["baggage"]');
  });

  it('ask for a header once only', () => {
    const headers = [
      { name: 'X-Sluice-Env', value: 'trial' },
      { name: 'x-staff', value: 'yes' },
    ];
    const environment = shopEnvironment({}, { internal: { headers } });
    const names = routeRules(environment, split('100%', '1%'), 'split')
      .flatMap(({ matches }) => matches)
      .map((match) => (match.headers ?? []).map(({ name }) => name.toLowerCase()));
    expect(names).toEqual([['x-staff', 'x-sluice-env'], ['x-sluice-env'], ['x-staff'], []]);
  });

  it('leave it to production to answer what is mirrored', () => {
    const rules = routeRules(shopEnvironment(), split('100%', '0.01%'), 'mirror');
    expect(shareOf('web', rules, {})).toBe(10_000);
    const requestMirror = {
      backendRef: { name: 'web-staging', namespace: 'shop-staging', port: 80 },
      fraction: { numerator: 1, denominator: 10_000 },
    };
    expect(ruleFor(rules, {})?.filters).toMatchObject([{ type: 'RequestMirror', requestMirror }]);
    const all = { requestMirror: { fraction: { numerator: 10_000, denominator: 10_000 } } };
    expect(ruleFor(rules, STAFF)?.filters).toMatchObject([all]);
    expect(shareOf('web', rules, { ...STAFF, ...TAG })).toBe(10_000);
  });

  it('keep within the limits of an HTTPRoute with the most headers there can be', () => {
    const headers = Array.from({ length: 50 }, (_, i) => ({ name: `x-staff-${i}`, value: 'yes' }));
    const rules = routeRules(shopEnvironment({}, { internal: { headers } }), split('100%', '1%'), 'split');
    const matches = rules.map((rule) => rule.matches.length);
    expect(rules.length).toBeLessThanOrEqual(16);
    expect(Math.max(...matches)).toBeLessThanOrEqual(64);
    expect(matches.reduce((sum, count) => sum + count)).toBeLessThanOrEqual(128);
  });

  it('send all of the traffic somewhere, whatever the shares are', () => {
    const share = fc.integer({ min: 0, max: ALL_BASIS_POINTS });
    fc.assert(
      fc.property(share, share, fc.constantFrom(...TRAFFIC_MODES), (internal, production, mode) => {
        const rules = routeRules(shopEnvironment(), split(`${internal / 100}%`, `${production / 100}%`), mode);
        expect(shareOf('web-staging', rules, STAFF)).toBe(mode === 'split' ? internal : 0);
        expect(shareOf('web-staging', rules, {})).toBe(mode === 'split' ? production : 0);
        for (const { backendRefs } of rules) {
          expect(backendRefs.every(({ weight }) => weight > 0)).toBe(true);
          expect(backendRefs.reduce((sum, { weight }) => sum + weight, 0)).toBe(ALL_BASIS_POINTS);
        }
      }),
    );
  });
});
