/** Three clusters of units, four in eu-1 and two in each of the American zones. */
export const TOPOLOGY = `apiVersion: sluice/v1
kind: Topology
metadata: { name: production }
spec:
  drivers: { exec: { inspect: [/opt/inspect], deploy: [/opt/deploy] } }
  clusters:
    - name: eu
      kind: region
      clusters:
        - { name: eu-1, kind: zone, units: [{ id: eu-1-a }, { id: eu-1-b }, { id: eu-1-c }, { id: eu-1-d }] }
    - name: us
      kind: region
      clusters:
        - { name: us-1, kind: zone, units: [{ id: us-1-a }, { id: us-1-b }] }
        - { name: us-2, kind: zone, units: [{ id: us-2-a }, { id: us-2-b }] }
`;

/** So many zones of twelve units each; the first of them is canary. */
export function topologyOf(zones: number): string {
  const clusters = Array.from({ length: zones }, (_, i) => ({
    name: `zone-${i + 1}`,
    kind: 'zone',
    labels: { role: i === 0 ? 'canary' : 'usual' },
    units: Array.from({ length: 12 }, (_, j) => ({ id: `z${i + 1}-${j + 1}` })),
  }));
  const drivers = { exec: { inspect: ['/opt/inspect'], deploy: ['/opt/deploy'] } };
  const metadata = { name: 'production' };
  return JSON.stringify({ apiVersion: 'sluice/v1', kind: 'Topology', metadata, spec: { drivers, clusters } });
}

/** A release that keeps every rule. */
export const RELEASE = `apiVersion: sluice/v1
kind: Release
metadata: { name: checkout-2.4.0 }
spec:
  service: checkout
  version: "2.4.0"
  risk: standard
  topology: production
  rollout:
    - clusters: [eu-1]
      batches: [1, 100%]
    - clusters: { kind: zone, in: us }
      order: parallel
      batches: [1, 100%]
  interval: { first: 20m, default: 10m }
  validate:
    - { name: second-look, confirm: { role: operator } }
  reason: Ships the new tax table
`;

export const POLICY = `apiVersion: sluice/v1
kind: Policy
metadata: { name: default }
spec: { minBatches: 3 }
`;

/** Weekends, in Berlin. */
export const FREEZE_WINDOW = `apiVersion: sluice/v1
kind: FreezeWindow
metadata: { name: weekend }
spec:
  reason: nobody is there
  timeZone: Europe/Berlin
  from: "2026-01-02T18:00"
  duration: 62h
  recurrence: FREQ=WEEKLY;BYDAY=FR
`;

/** The release with one part of its text replaced. @throws when that part is not there */
export function releaseWith(part: string, replacement: string): string {
  if (!RELEASE.includes(part)) throw new Error(`the release has no ${part}`);
  return RELEASE.replace(part, replacement);
}
