import { describe, expect, it } from '@jest/globals';
import { parseConfig } from '../service/config.js';
import { isTracing, TracingConfig } from './config.js';

const OTEL_EXPORTER_OTLP_ENDPOINT = 'http://collector:4318';

describe('spans are made', () => {
  it.each([
    [{ OTEL_EXPORTER_OTLP_ENDPOINT }],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://collector/v1/traces' }],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_SDK_DISABLED: 'false', OTEL_TRACES_EXPORTER: 'otlp' }],
  ])('when there is somewhere to send them: %j', (environment) => {
    expect(isTracing(parseConfig(TracingConfig, environment))).toBe(true);
  });

  it.each([
    [{}],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: '' }],
    [{ OTEL_SERVICE_NAME: 'planner' }],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_SDK_DISABLED: 'TRUE' }],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_TRACES_EXPORTER: 'none' }],
  ])('not without, nor when somebody has said no: %j', (environment) => {
    expect(isTracing(parseConfig(TracingConfig, environment))).toBe(false);
  });

  it('by nobody who was told to send them to something that is no URL: the start says so', () => {
    expect(() => parseConfig(TracingConfig, { OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' })).toThrow(
      /OTEL_EXPORTER_OTLP_ENDPOINT: must be http/,
    );
  });
});
