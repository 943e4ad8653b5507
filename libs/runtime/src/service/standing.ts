import type { BeforeApplicationShutdown, OnApplicationShutdown } from '@nestjs/common';
import { collectDefaultMetrics, Registry } from 'prom-client';
import type { ServiceConfig } from './config.js';
import { Operations } from './operations.js';

/**
 * How a service stands, for whoever runs it. It is ready when it can take part: it has recovered, it is connected to
 * NATS, where everything is asked and answered, and it has not been told to end.
 */
export class Standing implements BeforeApplicationShutdown, OnApplicationShutdown {
  private hasRecovered = false;
  private isConnected = false;
  private isEnding = false;
  private operations: Operations | null = null;

  private constructor(readonly metrics: Registry) {}

  static async start(service: string, { OPERATIONS }: ServiceConfig): Promise<Standing> {
    const metrics = new Registry();
    metrics.setDefaultLabels({ service });
    collectDefaultMetrics({ register: metrics });
    const standing = new Standing(metrics);
    const isReady = () => standing.isReady;
    if (OPERATIONS) standing.operations = await Operations.start({ ...OPERATIONS, metrics, isReady });
    return standing;
  }

  private get isReady(): boolean {
    return this.hasRecovered && this.isConnected && !this.isEnding;
  }

  /** It has recovered and listens. */
  ready(): void {
    this.hasRecovered = true;
  }

  /** Its connection to NATS came up or broke off. */
  reachable(isConnected: boolean): void {
    this.isConnected = isConnected;
  }

  beforeApplicationShutdown(): void {
    this.isEnding = true;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.operations?.stop();
  }
}
