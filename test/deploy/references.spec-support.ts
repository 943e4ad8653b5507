import type { Manifest, PodTemplate } from './manifest.spec-support.js';

type Workload = Extract<Manifest, { kind: 'Deployment' | 'StatefulSet' | 'Job' }>;
type Labels = Readonly<Record<string, string>>;

export const isA =
  <Kind extends Manifest['kind']>(kind: Kind) =>
  (manifest: Manifest): manifest is Extract<Manifest, { kind: Kind }> =>
    manifest.kind === kind;

const WORKLOADS: readonly string[] = ['Deployment', 'StatefulSet', 'Job'];
export const isWorkload = (manifest: Manifest): manifest is Workload => WORKLOADS.includes(manifest.kind);

/** `StatefulSet nats`, for messages. */
export const nameOf = ({ kind, metadata }: Manifest) => `${kind} ${metadata.name}`;

/** The pods that labels choose. */
export function selected(manifests: readonly Manifest[], labels: Labels): PodTemplate[] {
  return manifests
    .filter(isWorkload)
    .map(({ spec }) => spec.template)
    .filter(({ metadata }) => Object.entries(labels).every(([key, value]) => metadata.labels[key] === value));
}

export const portsOf = ({ spec }: PodTemplate) => spec.containers[0].ports ?? [];

/** The config maps that a pod takes settings or files from. */
export function configMapsOf({ spec }: PodTemplate): string[] {
  const files = spec.volumes.flatMap(({ configMap }) => configMap?.name ?? []);
  return [...files, ...(spec.containers[0].envFrom ?? []).flatMap(({ configMapRef }) => configMapRef?.name ?? [])];
}

/** The secrets that a pod needs: `name/key`, or `name` where all of it is taken. */
export function secretsOf({ spec }: PodTemplate): string[] {
  const [{ env = [], envFrom = [] }] = spec.containers;
  const keys = env.flatMap(({ valueFrom }) => valueFrom?.secretKeyRef ?? []).map(({ name, key }) => `${name}/${key}`);
  const whole = envFrom.flatMap(({ secretRef }) => secretRef?.name ?? []);
  return [...keys, ...whole, ...spec.volumes.flatMap(({ secret }) => secret?.secretName ?? [])];
}

/** Every set of labels by which an object means pods of its own namespace. */
export function podSelectorsOf(manifest: Manifest): Labels[] {
  switch (manifest.kind) {
    case 'Service':
      return [manifest.spec.selector];
    case 'PodDisruptionBudget':
    case 'PodMonitor':
    case 'Deployment':
    case 'StatefulSet':
      return [manifest.spec.selector.matchLabels];
    case 'NetworkPolicy': {
      const { podSelector, ingress = [], egress = [] } = manifest.spec;
      const peers = [...ingress.flatMap(({ from }) => from), ...egress.flatMap(({ to = [] }) => to)];
      const own = peers.filter(({ namespaceSelector }) => namespaceSelector === undefined);
      return [podSelector, ...own.flatMap((peer) => peer.podSelector ?? [])].map(({ matchLabels = {} }) => matchLabels);
    }
    default:
      return [];
  }
}
