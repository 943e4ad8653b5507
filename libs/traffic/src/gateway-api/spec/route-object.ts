import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';

export type Fields = Readonly<Record<string, unknown>>;

export interface Intent {
  readonly metadata: { readonly uid?: string; readonly resourceVersion?: string };
  readonly spec: Fields;
}

/** What an apply comes to: null when it was done. */
export type Refusal =
  | { readonly kind: 'owned'; readonly conflicts: readonly { readonly manager: string; readonly field: string }[] }
  | { readonly kind: 'modified' }
  | { readonly kind: 'other-uid' };

interface Manager {
  readonly name: string;
  readonly operation: 'Apply' | 'Update';
  readonly fields: Set<string>;
}

/**
 * An HTTPRoute with the rules of server-side apply. Each field of its spec is a list that is owned as a whole, so that the
 * names of the fields are all there is to own.
 */
export class RouteObject {
  readonly uid: string = randomUUID();
  generation = 1;
  private version = 1;
  private readonly managers: Manager[] = [];
  private status: Fields = {};

  constructor(
    readonly name: string,
    private spec: Fields,
    /** Is told after each change of the spec. */
    private readonly onSpecChange: () => void,
  ) {}

  /** All of it, as the API server shows it. */
  get json(): Fields & { readonly spec: Fields } {
    const { name, uid, generation } = this;
    const managedFields = this.managers.map((manager) => ({
      manager: manager.name,
      operation: manager.operation,
      fieldsType: 'FieldsV1',
      fieldsV1: { 'f:spec': Object.fromEntries([...manager.fields].map((field) => [`f:${field}`, {}])) },
    }));
    return {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      metadata: { name, namespace: 'shop', uid, generation, resourceVersion: String(this.version), managedFields },
      spec: this.spec,
      status: this.status,
    };
  }

  /** Server-side apply without force. */
  apply(name: string, { metadata, spec }: Intent): Refusal | null {
    if (metadata.uid !== undefined && metadata.uid !== this.uid) return { kind: 'other-uid' };
    if (metadata.resourceVersion !== undefined && metadata.resourceVersion !== String(this.version)) {
      return { kind: 'modified' };
    }
    const conflicts = Object.keys(spec).flatMap((field) =>
      isDeepStrictEqual(spec[field], this.spec[field]) ? [] : this.othersOwning(field, name),
    );
    if (conflicts.length > 0) return { kind: 'owned', conflicts };
    const me = this.manager(name, 'Apply');
    const dropped = [...me.fields].filter((field) => !(field in spec) && this.othersOwning(field, name).length === 0);
    const kept = Object.entries(this.spec).filter(([field]) => !dropped.includes(field));
    me.fields.clear();
    for (const field of Object.keys(spec)) me.fields.add(field);
    this.change({ ...Object.fromEntries(kept), ...spec });
    return null;
  }

  /** An ordinary write, such as `kubectl edit`: takes the fields that it changes. */
  update(name: string, spec: Fields): void {
    for (const [field, value] of Object.entries(spec)) {
      if (isDeepStrictEqual(value, this.spec[field])) continue;
      for (const manager of this.managers) manager.fields.delete(field);
      this.manager(name, 'Update').fields.add(field);
    }
    this.change({ ...this.spec, ...spec });
  }

  writeStatus(status: Fields): void {
    this.status = status;
    this.version += 1;
  }

  private change(spec: Fields): void {
    if (isDeepStrictEqual(spec, this.spec)) return;
    this.spec = spec;
    this.generation += 1;
    this.version += 1;
    this.onSpecChange();
  }

  private othersOwning(field: string, name: string): { manager: string; field: string }[] {
    return this.managers
      .filter((manager) => manager.fields.has(field) && !(manager.name === name && manager.operation === 'Apply'))
      .map((manager) => ({ manager: manager.name, field: `.spec.${field}` }));
  }

  private manager(name: string, operation: Manager['operation']): Manager {
    const known = this.managers.find((one) => one.name === name && one.operation === operation);
    const manager = known ?? { name, operation, fields: new Set<string>() };
    if (!known) this.managers.push(manager);
    return manager;
  }
}
