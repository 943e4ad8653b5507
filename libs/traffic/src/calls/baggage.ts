export interface BaggageMember {
  readonly key: string;
  /** Decoded. */
  readonly value: string;
}

const KEY = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/;
/** What a value may be made of; a comma or semicolon ends it. */
const VALUE = /^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*$/;

/**
 * The members of a baggage header by the rules of the W3C: white space around keys and values is none of them, values
 * are percent-encoded UTF-8, properties of members are left out. A member that breaks the rules is left out alone. The
 * same key may come several times.
 */
export function baggageMembers(header: string): BaggageMember[] {
  return header.split(',').flatMap((text) => {
    const semicolon = text.indexOf(';');
    const member = semicolon < 0 ? text : text.slice(0, semicolon);
    const equals = member.indexOf('=');
    if (equals < 0) return [];
    const key = withoutSpace(member.slice(0, equals));
    const value = withoutSpace(member.slice(equals + 1));
    return KEY.test(key) && VALUE.test(value) ? [{ key, value: decode(value) }] : [];
  });
}

/** Whether one of the members is this one. Keys and values are compared letter by letter. */
export function hasMember(header: string, key: string, value: string): boolean {
  if (!header.includes(key)) return false;
  return baggageMembers(header).some((member) => member.key === key && member.value === value);
}

/** Spaces and tabs alone; `trim` would take more. */
function withoutSpace(text: string): string {
  return text.replace(/^[ \t]+/, '').replace(/(?<![ \t])[ \t]+$/, '');
}

/** Octets that are no UTF-8 become U+FFFD, as the W3C demands. */
function decode(value: string): string {
  if (!value.includes('%')) return value;
  return value.replace(/(?:%[0-9A-Fa-f]{2})+/g, (octets) =>
    Buffer.from(octets.replaceAll('%', ''), 'hex').toString('utf8'),
  );
}
