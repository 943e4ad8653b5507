import { type Flaw, isRecord } from './flaw.js';

/**
 * What a topology has to hold beyond its fields: each cluster's name and each unit's id is there once, and no cluster
 * is empty. Takes whatever was made out of the document, sound or not, so that these flaws come with the others.
 */
export function topologyFlaws(topology: unknown): readonly Flaw[] {
  const walk = new Walk();
  if (isRecord(topology) && isRecord(topology.spec)) walk.clusters(topology.spec.clusters, 'the topology itself');
  return walk.flaws;
}

/** One walk over the tree. The path is kept as one list that grows and shrinks: there may be 100,000 units. */
class Walk {
  readonly flaws: Flaw[] = [];
  readonly #path: (string | number)[] = ['spec'];
  /** Where each name was seen first, in words. */
  readonly #clusters = new Map<string, string>();
  readonly #units = new Map<string, string>();

  clusters(list: unknown, around: string): void {
    this.#each('clusters', list, (cluster) => this.#cluster(cluster, around));
  }

  #cluster(cluster: Readonly<Record<string, unknown>>, around: string): void {
    const { name, units, clusters } = cluster;
    const first = claim(this.#clusters, name, around);
    if (first !== undefined)
      this.#report(`cluster ${name} is there already, in ${first}; names are unique over the whole topology`, 'name');
    if (isNothing(units) && isNothing(clusters)) this.#report('has neither units nor clusters');
    const here = `cluster ${name}`;
    this.#each('units', units, (unit) => this.#unit(unit, here));
    this.clusters(clusters, here);
  }

  #unit({ id }: Readonly<Record<string, unknown>>, around: string): void {
    const first = claim(this.#units, id, around);
    if (first !== undefined) this.#report(`unit ${id} is listed already, in ${first}`, 'id');
  }

  #each(field: string, list: unknown, visit: (entry: Readonly<Record<string, unknown>>) => void): void {
    if (!Array.isArray(list)) return;
    const entries: readonly unknown[] = list;
    this.#path.push(field, 0);
    for (const [i, entry] of entries.entries()) {
      this.#path[this.#path.length - 1] = i;
      if (isRecord(entry)) visit(entry);
    }
    this.#path.length -= 2;
  }

  #report(message: string, ...field: string[]): void {
    this.flaws.push({ path: [...this.#path, ...field], message });
  }
}

/** Takes a name if it is free; otherwise says where it was seen first. What is no name is somebody else's problem. */
function claim(taken: Map<string, string>, name: unknown, around: string): string | undefined {
  if (typeof name !== 'string') return undefined;
  const first = taken.get(name);
  if (first === undefined) taken.set(name, around);
  return first;
}

function isNothing(list: unknown): boolean {
  return list === undefined || (Array.isArray(list) && list.length === 0);
}
