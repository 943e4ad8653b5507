import type { Environment } from '#domain';
import { type CallPositions, type NewCalls, readCallFiles } from '../../calls/read-call-files.js';

/** Reads, each time that it is called, what is new in all files of an environment's calls from now on. */
export async function callFiles({ spec }: Environment): Promise<() => Promise<NewCalls>> {
  let positions: CallPositions = (await readCallFiles(spec.calls, {})).positions;
  return async () => {
    const read = await readCallFiles(spec.calls, positions);
    positions = read.positions;
    return read;
  };
}
