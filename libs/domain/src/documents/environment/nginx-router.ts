import { z } from 'zod';
import { HostPort } from '../../values/host-port.js';
import { CommandLine } from '../topology.js';

const AbsolutePath = z.string().min(1).max(300).startsWith('/');

/** nginx, steered by a generated file and a reload that loses no request. */
export const NginxRouter = z.strictObject({
  /** The generated file that holds the split; nginx includes it. */
  split: AbsolutePath,
  /** Checks the configuration: `[nginx, -t, -c, …]`. */
  test: CommandLine,
  /** Makes nginx read it again: `[nginx, -s, reload, -c, …]`. */
  reload: CommandLine,
  /** The access log that the generated configuration writes: one call record a line. */
  log: AbsolutePath.optional(),
  /** Where clients come in; for the generated configuration. */
  listen: HostPort.optional(),
});
export type NginxRouter = z.infer<typeof NginxRouter>;
