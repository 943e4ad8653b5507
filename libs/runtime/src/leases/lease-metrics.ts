import { Counter, Gauge, type Registry } from 'prom-client';

type Change = 'taken' | 'given-up' | 'lost';

/** What a process holds, and how that changes. */
export class LeaseMetrics {
  private readonly changes: Counter<'change'>;

  constructor(metrics: Registry, role: string, held: () => number) {
    new Gauge({
      name: 'sluice_leases_held',
      help: 'Partitions of its work that this process holds.',
      labelNames: ['role'],
      registers: [metrics],
      collect() {
        this.set({ role }, held());
      },
    });
    this.changes = new Counter({
      name: 'sluice_lease_changes_total',
      help: 'Partitions that this process has taken, has given up to others, or lost because it could not renew.',
      labelNames: ['change'],
      registers: [metrics],
    });
  }

  changed(change: Change, partitions: number): void {
    this.changes.inc({ change }, partitions);
  }
}
