import { type Freeze, freezesAbout, registeredFreezeWindow } from '#domain';
import type { ConfigurationShelf } from '../configurations/configuration-shelf.js';
import type { PlannedRelease } from './planning.js';

/** The registered freeze windows that are about a release, by the topology that it is planned with. */
export function freezesFor(shelf: ConfigurationShelf, { release, topology }: PlannedRelease): Freeze[] {
  const windows = shelf.list('FreezeWindow').map(({ name, text }) => {
    const read = registeredFreezeWindow(text);
    if (!read.ok) throw new Error(`freeze window ${name} cannot be read: ${read.problems[0]?.message}`);
    return read.value;
  });
  // An emergency does not wait for them: that is what has to be approved.
  return release.spec.emergency ? [] : freezesAbout(windows, release.spec, [topology.document]);
}
