import { z } from 'zod';
import { HostPort } from '../../values/host-port.js';

const AbsolutePath = z.string().min(1).max(300).startsWith('/');

/** HAProxy, steered through its Runtime API without a reload. */
export const HaproxyRouter = z.strictObject({
  /** Its admin socket: the path of a Unix socket, or `host:port`. */
  admin: z.union([AbsolutePath, HostPort], { error: 'must be the path of a socket or host:port' }),
  /** The map file that holds the shares; HAProxy starts with what is in it, so it says 0 for everything. */
  map: AbsolutePath,
  /** Where clients come in; for the generated configuration. */
  listen: HostPort.optional(),
});
export type HaproxyRouter = z.infer<typeof HaproxyRouter>;
