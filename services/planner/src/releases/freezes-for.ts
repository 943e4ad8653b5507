import { type Freeze, freezesAhead, registeredFreezeWindow } from '#domain';
import type { ConfigurationShelf } from '../configurations/configuration-shelf.js';
import type { PlannedRelease } from './planning.js';

/** The freezes that a release is planned around, by the windows that are registered. */
export function freezesFor(shelf: ConfigurationShelf, { release, topology }: PlannedRelease): Freeze[] {
  const windows = shelf.list('FreezeWindow').map(({ name, text }) => {
    const read = registeredFreezeWindow(text);
    if (!read.ok) throw new Error(`freeze window ${name} cannot be read: ${read.problems[0]?.message}`);
    return read.value;
  });
  return freezesAhead(windows, release.spec, topology.document);
}
