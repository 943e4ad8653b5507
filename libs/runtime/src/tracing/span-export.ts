import { type DiagLogger, DiagLogLevel, diag } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
  defaultResource,
  detectResources,
  envDetector,
  type Resource,
  resourceFromAttributes,
  serviceInstanceIdDetector,
} from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider, type SpanExporter } from '@opentelemetry/sdk-trace-node';

/** Makes spans from now on, and sends them over OTLP/HTTP as JSON. */
export interface SpanExport {
  /** Sends what is waiting. Rejects when that could not be done; may take as long as the exporter's own limits. */
  end(): Promise<void>;
}

/**
 * Loads OpenTelemetry's SDK and registers it for this process; the only file that imports it. At most
 * `OTEL_BSP_MAX_QUEUE_SIZE` (2,048) spans wait; while the collector is away further ones are dropped.
 *
 * @param complain is told what kept spans from being made or sent, each time
 */
export function startSpanExport(service: string, complain: (what: string) => void): SpanExport {
  diag.setLogger(complaints(complain), { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  const processor = new BatchSpanProcessor(telling(new OTLPTraceExporter(), complain));
  const provider = new NodeTracerProvider({ resource: resourceOf(service), spanProcessors: [processor] });
  // Traces travel by our own hands: see trace-context.ts. Baggage of strangers has no business between services.
  provider.register({ propagator: null });
  return { end: () => provider.shutdown() };
}

/** What the environment says of the service goes before what is known of it here. */
function resourceOf(service: string): Resource {
  const own = resourceFromAttributes({ 'service.name': `sluice-${service}` });
  return defaultResource()
    .merge(own)
    .merge(detectResources({ detectors: [serviceInstanceIdDetector, envDetector] }));
}

/** The exporter, with each failure told by its message alone: what the SDK prints of it has the whole stack. */
function telling(exporter: SpanExporter, complain: (what: string) => void): SpanExporter {
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        if (result.error) complain(`${spans.length} spans could not be sent: ${result.error.message}`);
        // It has been told: the processor would do no more than print it once again.
        done({ code: 0 });
      });
    },
    shutdown: () => exporter.shutdown(),
  };
}

function complaints(complain: (what: string) => void): DiagLogger {
  const say = (message: string) => complain(message.slice(0, 1_000));
  const nothing = () => undefined;
  return { error: say, warn: say, info: nothing, debug: nothing, verbose: nothing };
}
