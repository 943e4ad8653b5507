import { describe, expect, it } from '@jest/globals';
import type { Unit } from '#domain';
import { commandEnvironment } from './environment.js';

const unit: Unit = { id: 'eu-1-a', driver: 'exec', address: '127.0.0.1:9101', labels: { tier: 'web', 'rack.no': '7' } };
const facts = {
  service: 'checkout',
  version: '2.4.0',
  previous: '2.3.0',
  release: 'checkout-2.4.0-ab12',
  batch: 'eu-1.1',
  key: 'checkout-2.4.0-ab12/eu-1.1/eu-1-a/1',
};

describe('the environment of a command', () => {
  it('names the trace that it is to go on with, when there is one', () => {
    const trace = { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', tracestate: 'vendor=a' };
    const { TRACEPARENT, TRACESTATE } = commandEnvironment('deploy', unit, facts, {}, trace);
    expect({ TRACEPARENT, TRACESTATE }).toEqual({ TRACEPARENT: trace.traceparent, TRACESTATE: 'vendor=a' });
    expect(commandEnvironment('deploy', unit, facts, {})).not.toHaveProperty('TRACEPARENT');
  });

  it('holds the unit, the change, and PATH, HOME and LANG: nothing else', () => {
    const own = { PATH: '/bin', HOME: '/root', LANG: 'C', NATS_URL: 'nats://secret@host', SLUICE_TOKEN: 'secret' };
    expect(commandEnvironment('deploy', unit, facts, own)).toEqual({
      PATH: '/bin',
      HOME: '/root',
      LANG: 'C',
      SLUICE_ACTION: 'deploy',
      SLUICE_UNIT: 'eu-1-a',
      SLUICE_ADDRESS: '127.0.0.1:9101',
      SLUICE_LABELS: '{"tier":"web","rack.no":"7"}',
      SLUICE_LABEL_TIER: 'web',
      SLUICE_LABEL_RACK_NO: '7',
      SLUICE_SERVICE: 'checkout',
      SLUICE_VERSION: '2.4.0',
      SLUICE_PREVIOUS_VERSION: '2.3.0',
      SLUICE_RELEASE: 'checkout-2.4.0-ab12',
      SLUICE_BATCH: 'eu-1.1',
      SLUICE_KEY: 'checkout-2.4.0-ab12/eu-1.1/eu-1-a/1',
    });
  });

  it('has an empty version when nothing is to run', () => {
    const environment = commandEnvironment('rollback', unit, { ...facts, version: null, previous: null }, {});
    expect([environment.SLUICE_VERSION, environment.SLUICE_PREVIOUS_VERSION]).toEqual(['', '']);
  });

  it('has a PATH even when the service has none', () => {
    expect(commandEnvironment('inspect', unit, null, {}).PATH).toContain('/bin');
  });

  it('gives a name that two labels come to to the one that sorts first', () => {
    const labels = { 'a-b': 'dash', 'a.b': 'dot' };
    expect(commandEnvironment('inspect', { ...unit, labels }, null, {}).SLUICE_LABEL_A_B).toBe('dash');
  });

  it('is not overridden by labels', () => {
    const labels = { S: 'one', path: '/evil' };
    const environment = commandEnvironment('inspect', { ...unit, labels }, null, { PATH: '/bin' });
    expect([environment.PATH, environment.SLUICE_LABELS]).toEqual(['/bin', JSON.stringify(labels)]);
  });

  it('is refused when it cannot be handed to a program', () => {
    const labels = { tier: 'a\0b' };
    const attempt = () => commandEnvironment('deploy', { ...unit, labels }, facts, {});
    expect(attempt).toThrow(expect.objectContaining({ code: 'refused', retryable: false }));
  });
});
