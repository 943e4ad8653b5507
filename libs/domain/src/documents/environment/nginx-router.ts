import { z } from 'zod';
import { HostPort, splitHostPort } from '../../values/host-port.js';
import { CommandLine } from '../topology.js';

const AbsolutePath = z.string().min(1).max(300).startsWith('/');
const Loopback = HostPort.refine((place) => /^(127\..*|::1|localhost)$/.test(splitHostPort(place)?.host ?? ''), {
  error: 'must be on the loopback of the host, such as 127.0.0.1:8101',
});

/** nginx, steered by a generated file and a reload that loses no request. It runs on the same host as its executor. */
export const NginxRouter = z.strictObject({
  /** The generated file that holds the split; nginx includes it. */
  split: AbsolutePath,
  /** Checks the configuration: `[nginx, -t, -c, …]`. */
  test: CommandLine,
  /** Makes nginx read it again: `[nginx, -s, reload, -c, …]`. */
  reload: CommandLine,
  /** Where nginx says, on this host only, by which split it divides; in the generated configuration too. */
  status: Loopback.default('127.0.0.1:8101'),
  /** The access log that the generated configuration writes: one call record a line. */
  log: AbsolutePath.optional(),
  /** Where clients come in; for the generated configuration. */
  listen: HostPort.optional(),
});
export type NginxRouter = z.infer<typeof NginxRouter>;
