import { describe, expect, it } from '@jest/globals';
import type { TrafficMode } from '#domain';
import { gatewayApiProblems } from './gateway-api-problems.js';
import { shopEnvironment } from './spec/environment.js';

const HEADERS = [{ name: 'x-staff', value: 'yes' }];
const NETWORKS = ['10.0.0.0/8'];
const saidOf = (router: object, spec: object, mode: TrafficMode = 'split') =>
  gatewayApiProblems(shopEnvironment({ ...router }, { ...spec }), mode).join(' ');

describe('the problems of a Gateway API', () => {
  it('name what no environment gets', () => {
    const said = saidOf({ settle: '25s' }, { internal: {} });
    expect(said).toContain('a user comes to staging with one request and to production with the next');
    expect(said).toContain('its share of the requests fails');
    expect(said).toContain('draining waits 25s');
    expect(said).not.toContain('network');
    expect(said).not.toContain('internal header');
  });

  it.each([
    ['networks alone', { networks: NETWORKS }, 'without one it cannot be sent to staging', 'Whoever sends'],
    ['networks and headers', { networks: NETWORKS, headers: HEADERS }, 'count as production traffic', 'without one it'],
    ['headers alone', { headers: HEADERS }, 'Whoever sends an internal header counts as internal', 'network'],
  ])('depend on how internal traffic is known: %s', (_, internal, said, unsaid) => {
    expect(saidOf({}, { internal })).toContain(said);
    expect(saidOf({}, { internal })).not.toContain(unsaid);
  });

  it('name what mirroring cannot do', () => {
    const said = saidOf({}, {}, 'mirror');
    expect(said).toContain('Mirrored requests do not carry the tag');
    expect(said).not.toContain('a user comes to staging');
    expect(said).not.toContain('its share of the requests fails');
  });
});
