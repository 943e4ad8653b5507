import { z } from 'zod';

/** The objects of `deploy/kubernetes`, strict: a field that is not known here is a mistake until somebody adds it. */

const Name = z.string().regex(/^[a-zA-Z0-9]([-a-zA-Z0-9._]{0,251}[a-zA-Z0-9])?$/);
const Labels = z.record(z.string(), z.string());
const Quantity = z.string().regex(/^\d+(m|Mi|Gi)?$/);
const Resources = z.strictObject({ cpu: Quantity, memory: Quantity });
const Metadata = z.strictObject({ name: Name, namespace: Name.optional(), labels: Labels.optional() });
const Selector = z.strictObject({ matchLabels: Labels });
const Port = z.int().min(1).max(65_535);

const KeyRef = z.strictObject({ name: Name, key: Name });
const Variable = z.strictObject({
  name: z.string().regex(/^[A-Z_]+$/),
  value: z.string().optional(),
  valueFrom: z
    .strictObject({ secretKeyRef: KeyRef.optional(), fieldRef: z.strictObject({ fieldPath: z.string() }).optional() })
    .optional(),
});

const Probe = z.strictObject({
  httpGet: z.strictObject({ path: z.string().startsWith('/'), port: z.string() }),
  periodSeconds: z.int().optional(),
  timeoutSeconds: z.int().optional(),
  failureThreshold: z.int().optional(),
});

const Container = z.strictObject({
  name: Name,
  // A version, and never one that changes under us.
  image: z.string().regex(/^[a-z0-9/-]+:\d+\.\d+[a-z0-9.-]*$/),
  command: z.array(z.string()).optional(),
  args: z.array(z.string()).optional(),
  ports: z.array(z.strictObject({ name: Name, containerPort: Port })).optional(),
  envFrom: z
    .array(
      z.strictObject({
        configMapRef: z.strictObject({ name: Name }).optional(),
        secretRef: z.strictObject({ name: Name }).optional(),
      }),
    )
    .optional(),
  env: z.array(Variable).optional(),
  startupProbe: Probe.optional(),
  readinessProbe: Probe.optional(),
  livenessProbe: Probe.optional(),
  resources: z.strictObject({ requests: Resources, limits: Resources }),
  securityContext: z.strictObject({
    allowPrivilegeEscalation: z.literal(false),
    readOnlyRootFilesystem: z.literal(true),
    capabilities: z.strictObject({ drop: z.tuple([z.literal('ALL')]) }),
  }),
  volumeMounts: z.array(z.strictObject({ name: Name, mountPath: z.string(), readOnly: z.boolean().optional() })),
});

const Volume = z.strictObject({
  name: Name,
  emptyDir: z.strictObject({ sizeLimit: Quantity }).optional(),
  configMap: z.strictObject({ name: Name }).optional(),
  secret: z.strictObject({ secretName: Name, defaultMode: z.literal(0o440) }).optional(),
});

const PodTemplate = z.strictObject({
  metadata: z.strictObject({ labels: Labels }),
  spec: z.strictObject({
    serviceAccountName: Name,
    automountServiceAccountToken: z.boolean(),
    restartPolicy: z.literal('OnFailure').optional(),
    securityContext: z.strictObject({
      runAsNonRoot: z.literal(true),
      runAsUser: z.int().min(1),
      runAsGroup: z.int().min(1),
      fsGroup: z.int().min(1).optional(),
      seccompProfile: z.strictObject({ type: z.literal('RuntimeDefault') }),
    }),
    topologySpreadConstraints: z
      .array(
        z.strictObject({
          maxSkew: z.int(),
          topologyKey: z.literal('kubernetes.io/hostname'),
          whenUnsatisfiable: z.enum(['ScheduleAnyway', 'DoNotSchedule']),
          labelSelector: Selector,
        }),
      )
      .optional(),
    containers: z.tuple([Container]),
    volumes: z.array(Volume),
  }),
});
export type PodTemplate = z.infer<typeof PodTemplate>;

const Claim = z.strictObject({
  metadata: z.strictObject({ name: Name }),
  spec: z.strictObject({
    accessModes: z.tuple([z.literal('ReadWriteOncePod')]),
    resources: z.strictObject({ requests: z.strictObject({ storage: Quantity }) }),
  }),
});

const Peer = z.strictObject({
  podSelector: Selector.optional(),
  namespaceSelector: Selector.optional(),
  ipBlock: z.strictObject({ cidr: z.cidrv4() }).optional(),
});
const PolicyPorts = z.array(z.strictObject({ protocol: z.enum(['TCP', 'UDP']), port: Port })).optional();

const object = <Kind extends string, Shape extends z.ZodRawShape>(apiVersion: string, kind: Kind, shape: Shape) =>
  z.strictObject({ apiVersion: z.literal(apiVersion), kind: z.literal(kind), metadata: Metadata, ...shape });

export const Manifest = z.discriminatedUnion('kind', [
  object('v1', 'Namespace', {}),
  object('v1', 'ServiceAccount', { automountServiceAccountToken: z.literal(false) }),
  object('v1', 'ConfigMap', { data: z.record(z.string(), z.string()) }),
  object('v1', 'Service', {
    spec: z.strictObject({
      clusterIP: z.literal('None').optional(),
      publishNotReadyAddresses: z.boolean().optional(),
      selector: Labels,
      ports: z.array(z.strictObject({ name: Name, port: Port, targetPort: Name })).optional(),
    }),
  }),
  object('policy/v1', 'PodDisruptionBudget', {
    spec: z.strictObject({
      minAvailable: z.int().optional(),
      maxUnavailable: z.int().optional(),
      unhealthyPodEvictionPolicy: z.literal('AlwaysAllow').optional(),
      selector: Selector,
    }),
  }),
  object('apps/v1', 'Deployment', {
    spec: z.strictObject({
      replicas: z.int().min(1),
      minReadySeconds: z.int(),
      strategy: z.looseObject({}),
      selector: Selector,
      template: PodTemplate,
    }),
  }),
  object('apps/v1', 'StatefulSet', {
    spec: z.strictObject({
      replicas: z.int().min(1),
      minReadySeconds: z.int().optional(),
      serviceName: Name,
      podManagementPolicy: z.literal('Parallel').optional(),
      selector: Selector,
      template: PodTemplate,
      volumeClaimTemplates: z.array(Claim),
    }),
  }),
  object('batch/v1', 'Job', { spec: z.strictObject({ backoffLimit: z.int(), template: PodTemplate }) }),
  object('networking.k8s.io/v1', 'NetworkPolicy', {
    spec: z.strictObject({
      podSelector: z.strictObject({ matchLabels: Labels.optional() }),
      policyTypes: z.array(z.enum(['Ingress', 'Egress'])).min(1),
      ingress: z.array(z.strictObject({ from: z.array(Peer).min(1), ports: PolicyPorts })).optional(),
      egress: z.array(z.strictObject({ to: z.array(Peer).min(1).optional(), ports: PolicyPorts })).optional(),
    }),
  }),
  object('rbac.authorization.k8s.io/v1', 'Role', {
    rules: z.array(
      z.strictObject({
        // Empty: the core group.
        apiGroups: z.array(z.string()),
        resources: z.array(z.string().regex(/^[a-z]+$/)),
        resourceNames: z.array(Name).optional(),
        verbs: z.array(z.enum(['get', 'list', 'watch', 'patch'])),
      }),
    ),
  }),
  object('rbac.authorization.k8s.io/v1', 'RoleBinding', {
    roleRef: z.strictObject({
      apiGroup: z.literal('rbac.authorization.k8s.io'),
      kind: z.literal('Role'),
      name: Name,
    }),
    subjects: z.array(z.strictObject({ kind: z.literal('ServiceAccount'), name: Name, namespace: Name })),
  }),
  object('monitoring.coreos.com/v1', 'PodMonitor', {
    spec: z.strictObject({
      selector: Selector,
      podMetricsEndpoints: z.array(
        z.strictObject({ port: Name, path: z.literal('/metrics'), interval: z.string().regex(/^\d+s$/) }),
      ),
    }),
  }),
]);
export type Manifest = z.infer<typeof Manifest>;
