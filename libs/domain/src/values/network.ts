import { z } from 'zod';
import { mustBe } from './expectation.js';

const A_NETWORK = 'a network such as 10.0.0.0/8 or fd00::/8';

/** A network in CIDR form, IPv4 or IPv6. The bits behind the prefix have to be zero: `10.1.0.0/8` is a slip. */
export const Network = z
  .string({ error: mustBe(A_NETWORK) })
  .refine((text) => parseNetwork(text) !== null, { error: `must be ${A_NETWORK}`, abort: true })
  .refine((text) => isAligned(text), 'has bits set behind its prefix');
export type Network = z.infer<typeof Network>;

interface Parsed {
  readonly bits: 32 | 128;
  readonly value: bigint;
  readonly prefix: number;
}

/** Whether an address lies in a network that was parsed by {@link Network}. An IPv4 address written as `::ffff:10.0.0.1` counts as IPv4. */
export function isInNetwork(address: string, network: string): boolean {
  const ip = parseAddress(address);
  const net = parseNetwork(network);
  if (!ip || !net || ip.bits !== net.bits) return false;
  return cut(ip.value, net) === cut(net.value, net);
}

/** Whether two networks have an address in common; then one lies within the other. */
export function overlap(one: string, other: string): boolean {
  const a = parseNetwork(one);
  const b = parseNetwork(other);
  if (!a || !b || a.bits !== b.bits) return false;
  const wider = a.prefix <= b.prefix ? a : b;
  return cut(a.value, wider) === cut(b.value, wider);
}

function cut(value: bigint, { bits, prefix }: Parsed): bigint {
  return value >> BigInt(bits - prefix);
}

function isAligned(text: string): boolean {
  const net = parseNetwork(text);
  if (!net) return false;
  const rest = BigInt(net.bits - net.prefix);
  return (net.value >> rest) << rest === net.value;
}

function parseNetwork(text: string): Parsed | null {
  const match = /^(.+)\/(\d{1,3})$/.exec(text);
  // Not `::ffff:10.0.0.0/8`: whoever takes it for IPv6 reads a prefix of all addresses there are.
  const ip = match && parsePlain(match[1] as string);
  if (!match || !ip) return null;
  const prefix = Number(match[2]);
  return prefix <= ip.bits ? { ...ip, prefix } : null;
}

function parseAddress(text: string): Omit<Parsed, 'prefix'> | null {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(text);
  return parsePlain(mapped?.[1] ?? text);
}

function parsePlain(text: string): Omit<Parsed, 'prefix'> | null {
  const v4 = parseV4(text);
  if (v4 !== null) return { bits: 32, value: v4 };
  const v6 = parseV6(text);
  return v6 === null ? null : { bits: 128, value: v6 };
}

function parseV4(text: string): bigint | null {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)) return null;
  return parts.reduce((value, part) => (value << 8n) | BigInt(part), 0n);
}

function parseV6(text: string): bigint | null {
  const halves = text.split('::');
  if (halves.length > 2) return null;
  const [head, tail] = halves.map(groups) as [string[], string[] | undefined];
  const missing = 8 - head.length - (tail?.length ?? 0);
  if (tail ? missing < 1 : missing !== 0) return null;
  const all = tail ? [...head, ...Array.from({ length: missing }, () => '0'), ...tail] : head;
  if (!all.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return null;
  return all.reduce((value, group) => (value << 16n) | BigInt(`0x${group}`), 0n);
}

function groups(half: string): string[] {
  return half === '' ? [] : half.split(':');
}
