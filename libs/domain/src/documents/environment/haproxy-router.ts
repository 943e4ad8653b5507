import { z } from 'zod';
import { HostPort } from '../../values/host-port.js';

const AbsolutePath = z
  .string()
  .max(300, { abort: true })
  // Such a path means the same to HAProxy's configuration, to its Runtime API and to a shell.
  .regex(/^\/[A-Za-z0-9._@+/-]+$/, 'must be an absolute path of letters, digits, dots, dashes, underscores, @ and +');

/** HAProxy, steered through its Runtime API without a reload. */
export const HaproxyRouter = z.strictObject({
  /** Its admin socket: the path of a Unix socket, or `host:port`. */
  admin: z.union([AbsolutePath, HostPort], { error: 'must be the path of a socket or host:port' }),
  /** The map file that holds the shares; HAProxy starts with what is in it, so it says 0 for everything. */
  map: AbsolutePath,
  /** Where clients come in; for the generated configuration. */
  listen: HostPort.optional(),
  /**
   * A syslog server to send call records to, the path of its socket or `host:port` (UDP); standard output when absent,
   * which has to be a pipe: HAProxy does not append to a file that it is given, and when it starts again writes over it.
   */
  log: z.union([AbsolutePath, HostPort], { error: 'must be the path of a socket or host:port' }).optional(),
});
export type HaproxyRouter = z.infer<typeof HaproxyRouter>;
