import type { OnApplicationShutdown } from '@nestjs/common';
import { pause } from '../pause.js';
import type { Logger } from '../service/logging.js';
import { isTracing, type TracingConfig } from './config.js';
import { outsideTraces } from './in-span.js';
import { onceInAWhile } from './once-in-a-while.js';
import type { SpanExport } from './span-export.js';

/** A collector that is away keeps no service from ending. */
const FLUSH_MS = 1_000;
/** Between two lines that say that it is away. */
const QUIET_MS = 60_000;

/** Whether this process makes spans. Off, nothing of OpenTelemetry's SDK is loaded, and traces are only passed on. */
export class Tracing implements OnApplicationShutdown {
  private constructor(
    private readonly spans: SpanExport | null,
    private readonly logger: Logger,
  ) {}

  static async start(service: string, config: TracingConfig, logger: Logger): Promise<Tracing> {
    if (!isTracing(config)) return new Tracing(null, logger);
    const { startSpanExport } = await import('./span-export.js');
    const complain = onceInAWhile(QUIET_MS, (what: string, heldBack) =>
      outsideTraces(() => logger.warn({ heldBack }, `tracing: ${what}`)),
    );
    const spans = startSpanExport(service, complain);
    logger.info('spans are sent over OTLP/HTTP, as JSON');
    return new Tracing(spans, logger);
  }

  get on(): boolean {
    return this.spans !== null;
  }

  /** Sends what is waiting, as far as that can be done in a second. */
  async onApplicationShutdown(): Promise<void> {
    const ended = this.spans?.end().catch((error: unknown) => {
      this.logger.warn({ err: error }, 'the last spans could not be sent');
    });
    if (!ended) return;
    const over = new AbortController();
    await Promise.race([ended, pause(FLUSH_MS, over.signal)]);
    over.abort();
  }
}
