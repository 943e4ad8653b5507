import type { Flaw } from '../flaw.js';
import type { Path } from '../path.js';
import type { Node, Outline } from './outline.js';

/** Every field that its mapping has already, each where it stands for the second time. */
export function duplicateKeys(outline: Outline): Flaw[] {
  const flaws: Flaw[] = [];
  const visit = (node: Node, path: Path): void => {
    const seen = new Set<string>();
    for (const { name, key, value } of outline.fields(node)) {
      if (name === undefined) continue;
      const here = [...path, name];
      const offset = outline.offset(key);
      if (seen.has(name))
        flaws.push({ path: here, message: 'is there twice', ...(offset === undefined ? {} : { offset }) });
      seen.add(name);
      visit(value, here);
    }
    if (!outline.isSequence(node)) return;
    let index = 0;
    for (const child of outline.children(node)) visit(child, [...path, index++]);
  };
  if (outline.root !== undefined) visit(outline.root, []);
  return flaws;
}
