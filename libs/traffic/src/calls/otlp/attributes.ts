import type { Attribute } from './export-request.js';

type Value = NonNullable<Attribute['value']>;

/** The attributes of a span or resource by their names, as texts; several values of one are joined with commas. */
export class Attributes {
  readonly #values = new Map<string, string>();

  constructor(attributes: readonly Attribute[] = []) {
    for (const { key, value } of attributes) {
      const text = value && textOf(value);
      if (text !== undefined) this.#values.set(key, text);
    }
  }

  /** The first of these attributes that is there and not empty. */
  first(...names: readonly string[]): string | undefined {
    return names.map((name) => this.#values.get(name)).find((value) => value !== undefined && value !== '');
  }

  /** An address and the port that belongs to it as `host:port`, IPv6 in brackets. */
  hostPort(prefix: string): string | undefined {
    const host = this.first(`${prefix}.address`);
    const port = this.first(`${prefix}.port`);
    if (host === undefined || port === undefined) return undefined;
    return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
  }
}

function textOf({ arrayValue, ...value }: Value): string | undefined {
  if (arrayValue) return (arrayValue.values ?? []).map((entry) => simple(entry) ?? '').join(',');
  return simple(value);
}

function simple({ stringValue, intValue, boolValue, doubleValue }: Omit<Value, 'arrayValue'>): string | undefined {
  const value = stringValue ?? intValue ?? boolValue ?? doubleValue;
  return value === undefined ? undefined : String(value);
}
