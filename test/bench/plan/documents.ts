/** A topology in YAML as people write it: ten regions, their zones side by side, one unit a line. */
export function topologyText(units: number, clusters: number): string {
  const regions = Math.min(10, clusters);
  const perCluster = Math.ceil(units / clusters);
  const lines = [
    'apiVersion: sluice/v1',
    'kind: Topology',
    'metadata: { name: production }',
    'spec:',
    '  drivers: { exec: { inspect: [unit, inspect], deploy: [unit, deploy] } }',
    '  clusters:',
  ];
  let left = units;
  for (let region = 0; region < regions; region++) {
    lines.push(`    - name: region-${region}`, '      kind: region', '      clusters:');
    for (let zone = region; zone < clusters; zone += regions) {
      lines.push(`        - name: zone-${zone}`, '          kind: zone', '          units:');
      for (let unit = 0; unit < perCluster && left > 0; unit++, left--) {
        const id = `zone-${zone}-unit-${unit}`;
        const address = `10.${zone >> 8}.${zone & 255}.${unit & 255}:9101`;
        lines.push(`            - { id: ${id}, driver: exec, address: "${address}", labels: { tier: web } }`);
      }
    }
  }
  return `${lines.join('\n')}\n`;
}

/** One region carefully, cluster by cluster; then all the others, twenty clusters side by side. */
export const RELEASE_TEXT = `apiVersion: sluice/v1
kind: Release
metadata: { name: checkout-2.4.0 }
spec:
  service: checkout
  version: "2.4.0"
  topology: production
  rollout:
    - clusters: [region-0]
      batches: [1, 5%, 20%, 50%, 100%]
    - clusters: [${Array.from({ length: 9 }, (_, i) => `region-${i + 1}`).join(', ')}]
      order: parallel
      maxParallel: 20
      batches: [1, 5%, 20%, 50%, 100%]
  interval: { first: 20m, default: 10m }
  validate:
    - name: errors
      metric: { events: errors_total, exposure: requests_total, tolerance: 25%, guard: 2% }
  reason: A measurement
`;
