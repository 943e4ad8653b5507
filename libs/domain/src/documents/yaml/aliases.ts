import { EVENT_ID } from 'js-yaml';
import type { Flaw } from '../flaw.js';
import type { Node, Outline } from './outline.js';

/** How many nodes aliases may add to a document, counted as if each were written out. */
const MAX_ALIASED_NODES = 100_000;

/**
 * Refuses aliases that blow a small text up (each repeats what repeats something already) and those that repeat
 * themselves. Returns the first that goes too far; an alias without an anchor is left to the parser.
 */
export function aliasFlaw(outline: Outline): Flaw | undefined {
  if (!outline.events.some((event) => event.type === EVENT_ID.ALIAS)) return undefined;
  const sizes = new Map<string, number>();
  const open = new Set<string>();
  let added = 0;
  let flaw: Flaw | undefined;

  const expandedSize = (node: Node): number => {
    if (flaw) return 0;
    const alias = outline.aliasOf(node);
    if (alias !== undefined) {
      const size = sizes.get(alias) ?? 0;
      added += size;
      if (open.has(alias)) flaw = at(node, `alias *${alias} repeats itself`);
      else if (added > MAX_ALIASED_NODES) flaw = at(node, `aliases repeat more than ${MAX_ALIASED_NODES} values`);
      return size;
    }
    const anchor = outline.anchorOf(node);
    if (anchor !== undefined) open.add(anchor);
    let size = 1;
    for (const child of outline.children(node)) size += expandedSize(child);
    if (anchor !== undefined) {
      open.delete(anchor);
      sizes.set(anchor, size);
    }
    return size;
  };
  const at = (node: Node, message: string): Flaw => ({ path: [], message, offset: outline.offset(node) ?? 0 });

  if (outline.root !== undefined) expandedSize(outline.root);
  return flaw;
}
