import { join } from 'node:path';
import { freePlaces } from '../free-places.js';
import { findProgram, ServerProcess } from '../server-process.js';

/** A NATS server of this machine with an empty JetStream, for as long as the benchmark runs. */
export async function startLogServer(
  folder: string,
): Promise<{ readonly url: string; readonly process: ServerProcess }> {
  const program = process.env.NATS_SERVER_BIN ?? findProgram('nats-server');
  if (!program) throw new Error('There is no nats-server on this machine: the log of this benchmark is kept in one.');
  const [place = ''] = await freePlaces(1);
  const [host = '', port = ''] = place.split(':');
  const command = [program, '-a', host, '-p', port, '-js', '-sd', join(folder, 'nats')];
  return { url: `nats://${place}`, process: await ServerProcess.start(command, place, join(folder, 'nats.log')) };
}
