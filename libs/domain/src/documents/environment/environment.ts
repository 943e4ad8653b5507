import { z } from 'zod';
import { HostPort } from '../../values/host-port.js';
import { Network } from '../../values/network.js';
import { isRecord, refusing } from '../flaw.js';
import { API_VERSION, Metadata, Name } from '../metadata.js';
import { Drivers, Unit } from '../topology.js';
import { environmentFlaws } from './environment-flaws.js';
import { Router } from './router.js';

const Path = z.string().min(1).max(500).startsWith('/');
const HeaderName = z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/, 'must be the name of a header');
const HeaderValue = z.string().regex(/^[\x21-\x7e]([\x20-\x7e]{0,198}[\x21-\x7e])?$/, 'must be the value of a header');

/** A call that a service makes: to whom, and a path of the calling service that makes it happen. */
export const StackCall = z.union([Name, z.strictObject({ to: Name, probe: Path.optional() })], {
  error: 'must be the name of a service or upstream, or { to: name, probe: /path }',
});
export type StackCall = z.infer<typeof StackCall>;

/** One service of the stack, with its own units in this environment. */
export const StackService = z.strictObject({
  name: Name,
  /** Each with an address: `host:port`. */
  units: z.array(Unit).min(1).max(200),
  /** Every service of the stack and every upstream that it calls. */
  calls: z.array(StackCall).max(100).default([]),
  /** A path of this service that makes its calls happen; what a probe asks for. */
  probe: Path.default('/'),
  /** Answers 2xx when a unit is ready; routers ask it. */
  health: Path.default('/healthz'),
  /** Units of the same service in production; for generated configuration. */
  production: z.array(HostPort).max(1_000).default([]),
  /** Where each environment finds this service: the router's internal listeners; for generated configuration. */
  listen: z.strictObject({ staging: HostPort, production: HostPort }).optional(),
});
export type StackService = z.infer<typeof StackService>;

/** What counts as internal traffic: it comes from one of the networks or carries one of the headers. */
export const InternalTraffic = z.strictObject({
  networks: z.array(Network).max(200).default([]),
  headers: z
    .array(z.strictObject({ name: HeaderName, value: HeaderValue }))
    .max(50)
    .default([]),
});
export type InternalTraffic = z.infer<typeof InternalTraffic>;

/** What travels with every request through the stack, as a member of the W3C baggage and as a header of one's choice. */
export const Tag = z.strictObject({
  baggage: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,100}=[A-Za-z0-9._-]{1,100}$/, 'must be key=value such as sluice.env=staging')
    .default('sluice.env=staging'),
  header: HeaderName.default('x-sluice-env'),
});
export type Tag = z.infer<typeof Tag>;

/** Something outside the stack that it may call: shared, and read only. */
export const Upstream = z.strictObject({
  name: Name,
  /** `host:port` of each of its places. */
  addresses: z.array(HostPort).min(1).max(100),
  access: z.literal('read-only'),
});
export type Upstream = z.infer<typeof Upstream>;

/** Where calls can be read: a file of call records, one JSON a line, or the spans that services send over OTLP. */
export const CallSource = z.union(
  [z.strictObject({ file: z.string().min(1).max(500).startsWith('/') }), z.strictObject({ otlp: z.literal(true) })],
  { error: 'must be { file: /path } or { otlp: true }' },
);
export type CallSource = z.infer<typeof CallSource>;

/** The isolated copy of the production stack, what lets traffic into it, and how its calls are proven to stay inside. */
export const EnvironmentSpec = z.strictObject({
  drivers: Drivers.optional(),
  services: z.array(StackService).min(1).max(100),
  /** The service that the router sends clients to; the first one unless said otherwise. */
  entry: Name.optional(),
  router: Router,
  internal: InternalTraffic.prefault({}),
  /** Where the environment's units live: whatever comes from there is a call of this environment. */
  networks: z.array(Network).max(200).default([]),
  tag: Tag.prefault({}),
  /** All that the stack may call beside itself; any other call is a leak. */
  upstreams: z.array(Upstream).max(100).default([]),
  calls: z.array(CallSource).max(100).default([]),
  /** Paths that are no calls between services: health checks, metrics. */
  ignore: z.array(Path).max(100).default(['/healthz', '/readyz', '/metrics']),
});
export type EnvironmentSpec = z.infer<typeof EnvironmentSpec>;

export const Environment = z
  .strictObject({
    apiVersion: z.literal(API_VERSION),
    kind: z.literal('Environment'),
    metadata: Metadata,
    spec: EnvironmentSpec,
  })
  .superRefine(refusing(environmentFlaws), { when: ({ value }) => isRecord(value) });
export type Environment = z.infer<typeof Environment>;
