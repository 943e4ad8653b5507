import type { BeforeApplicationShutdown, OnApplicationShutdown } from '@nestjs/common';
import { collectDefaultMetrics, Registry } from 'prom-client';
import type { ServiceConfig } from './config.js';
import { Operations } from './operations.js';

/** How a service stands, for whoever runs it: not ready before it has recovered, nor once it has been told to end. */
export class Standing implements BeforeApplicationShutdown, OnApplicationShutdown {
  private isReady = false;
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

  ready(): void {
    this.isReady = true;
  }

  beforeApplicationShutdown(): void {
    this.isReady = false;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.operations?.stop();
  }
}
