import type { BatchView, StagingView } from '#domain';
import { releaseWith } from './documents.js';

/** A stack of two services and something outside that they call, behind HAProxy. */
export const ENVIRONMENT = `apiVersion: sluice/v1
kind: Environment
metadata: { name: checkout-staging }
spec:
  drivers: { exec: { inspect: [/opt/inspect], deploy: [/opt/deploy] } }
  services:
    - name: checkout
      units: [{ id: stage-a, address: "10.9.0.11:8080" }, { id: stage-b, address: "10.9.0.12:8080" }]
      calls: [prices, payments]
      production: ["10.1.0.11:8080"]
    - name: prices
      units: [{ id: stage-p, address: "10.9.0.21:8080" }]
  upstreams: [{ name: payments, addresses: ["10.3.0.5:8080"], access: read-only }]
  router: { haproxy: { admin: /run/haproxy/admin.sock, map: /etc/haproxy/sluice.map, listen: "10.1.0.2:80" } }
  internal: { networks: [10.20.0.0/16] }
  networks: [10.9.0.0/24]
  calls: [{ file: /var/log/haproxy/calls.ndjson }]
`;

/** The release, beginning in that environment. */
export const STAGED_RELEASE = releaseWith(
  '  rollout:',
  '  staging: { environment: checkout-staging, traffic: { internal: 100%, production: 1% } }\n  rollout:',
);

/** The environment with one part of its text replaced. @throws when that part is not there */
export function environmentWith(part: string, replacement: string): string {
  if (!ENVIRONMENT.includes(part)) throw new Error(`the environment has no ${part}`);
  return ENVIRONMENT.replace(part, replacement);
}

/** The environment as the service shows it; pending unless said otherwise. */
export function staging(more: Partial<StagingView> = {}, traffic: Partial<StagingView['traffic']> = {}): StagingView {
  return {
    id: 'staging',
    environment: 'checkout-staging',
    units: ['stage-a', 'stage-b'],
    state: 'pending',
    interval: '10m',
    deployed: 0,
    failed: 0,
    observedUntil: null,
    verdicts: [],
    confirmations: [],
    traffic: {
      mode: 'split',
      asked: { internal: '100%', production: '1%' },
      now: { internal: '0%', production: '0%' },
      shiftingTo: null,
      error: null,
      ...traffic,
    },
    probe: null,
    ...more,
  };
}

export const PROBED: StagingView['probe'] = {
  verdict: 'passed',
  sentence: 'probe p-1 saw all calls stay inside: edges 1, requests 3',
  at: '2026-01-05T10:05:10.000Z',
};

export const IN: StagingView['traffic']['now'] = { internal: '100%', production: '1%' };

export function verdict(
  validator: string,
  kind: 'passed' | 'failed' | 'undecided',
  sentence: string,
): BatchView['verdicts'][number] {
  return { validator, verdict: kind, sentence };
}
