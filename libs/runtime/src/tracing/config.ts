import { z } from 'zod';

/** An empty variable is one that is not set: so says the specification. */
const setOrNot = z
  .string()
  .optional()
  .transform((text) => (text?.trim() ? text.trim() : undefined));

const Endpoint = setOrNot.refine((text) => text === undefined || /^https?:\/\/[^/\s]+/.test(text), {
  message: 'must be http://host:port or https://…',
});

/**
 * Those of OpenTelemetry's variables that say whether spans are made at all. The SDK reads the others itself once they
 * are: `OTEL_TRACES_SAMPLER`, `OTEL_TRACES_SAMPLER_ARG`, `OTEL_RESOURCE_ATTRIBUTES`, `OTEL_EXPORTER_OTLP_HEADERS`, `OTEL_BSP_*`.
 */
export const TracingConfig = z.object({
  OTEL_EXPORTER_OTLP_ENDPOINT: Endpoint,
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: Endpoint,
  OTEL_TRACES_EXPORTER: setOrNot,
  OTEL_SDK_DISABLED: setOrNot,
});
export type TracingConfig = z.infer<typeof TracingConfig>;

/** Whether spans are to be made: when there is somewhere to send them, and nobody has said no. */
export function isTracing(config: TracingConfig): boolean {
  if (config.OTEL_SDK_DISABLED?.toLowerCase() === 'true' || config.OTEL_TRACES_EXPORTER === 'none') return false;
  return (config.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? config.OTEL_EXPORTER_OTLP_ENDPOINT) !== undefined;
}
