import type { BatchView, ReleaseView } from '#domain';
import type { RecordedEvent } from '#event-store';

export const ID = 'checkout-2.4.0-x7k2';

/** A batch as the service shows it; pending unless said otherwise. */
export function batch(id: string, wave: number, units: readonly string[], more: Partial<BatchView> = {}): BatchView {
  return {
    id,
    wave,
    cluster: id.replace(/\.\d+$/, ''),
    units,
    state: 'pending',
    interval: '10m',
    deployed: 0,
    failed: 0,
    observedUntil: null,
    verdicts: [],
    confirmations: [],
    ...more,
  };
}

/** A release of two batches as the service shows it; ready to start unless said otherwise. */
export function release(more: Partial<ReleaseView> = {}): ReleaseView {
  return {
    id: ID,
    name: 'checkout-2.4.0',
    service: 'checkout',
    version: '2.4.0',
    risk: 'standard',
    topology: 'production',
    author: 'alice',
    reason: 'Ships the new tax table',
    state: 'ready',
    revision: 5,
    submittedAt: '2026-01-05T10:00:00.000Z',
    plan: { digest: 'd1', units: 4, duration: '20m', observation: '20m', findings: [], approval: null },
    batches: [batch('eu-1.1', 1, ['eu-1-a']), batch('eu-1.2', 2, ['eu-1-b', 'eu-1-c', 'eu-1-d'])],
    approvals: [],
    ...more,
  };
}

/** An event of the release's stream, a minute after the one before. */
export function event(
  revision: number,
  type: string,
  data: Readonly<Record<string, unknown>>,
  actor = 'rule OBS-1',
): RecordedEvent {
  const [kind = '', id = kind] = actor.split(' ');
  return {
    id: `e-${revision}`,
    type,
    stream: `release-${ID}`,
    revision,
    position: 1_024 * (revision + 1),
    at: new Date(Date.UTC(2026, 0, 5, 10, revision)).toISOString(),
    data,
    meta: {
      commandId: `c-${revision}`,
      actor: kind === 'rule' || kind === 'service' ? { kind, id } : { kind: 'person', id },
      correlationId: 'c',
      causationId: 'c',
      hash: 'h',
      previousHash: 'p',
    },
  };
}
