import { BlockList } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isInNetwork, Network, overlap } from './network.js';

type Bits = 32 | 128;
interface Block {
  readonly bits: Bits;
  /** The bits behind the prefix are zero. */
  readonly base: bigint;
  readonly prefix: number;
}

function written(value: bigint, bits: Bits): string {
  const size = bits === 32 ? 8 : 16;
  const parts = Array.from(
    { length: bits / size },
    (_, i) => (value >> BigInt(bits - size * (i + 1))) & (2n ** BigInt(size) - 1n),
  );
  if (bits === 32) return parts.join('.');
  // Zeros are left out once, as people write it.
  return parts
    .map((part) => part.toString(16))
    .join(':')
    .replace(/(^|:)0(:0)+(:|$)/, '::');
}

const cidr = ({ bits, base, prefix }: Block): string => `${written(base, bits)}/${prefix}`;

/** Node's own idea of what lies in a block. */
function isIn(value: bigint, { bits, base, prefix }: Block): boolean {
  const family = bits === 32 ? 'ipv4' : 'ipv6';
  const list = new BlockList();
  list.addSubnet(written(base, bits), prefix, family);
  return list.check(written(value, bits), family);
}

const families = fc.constantFrom<Bits>(32, 128);
/** Not among the first addresses of IPv6, some of which stand for IPv4. */
const valuesOf = (bits: Bits) => (bits === 32 ? fc.bigInt(0n, 2n ** 32n - 1n) : fc.bigInt(2n ** 112n, 2n ** 128n - 1n));

/** A block, and a value that differs from its base in the low bits only, so that it is as often inside as outside. */
const blocks = families.chain((bits) =>
  fc
    .record({
      value: valuesOf(bits),
      prefix: fc.integer({ min: 0, max: bits }),
      low: fc.integer({ min: 0, max: bits }),
      noise: valuesOf(bits),
    })
    .map(({ value, prefix, low, noise }) => {
      const rest = BigInt(bits - prefix);
      const base = (value >> rest) << rest;
      return { block: { bits, base, prefix }, near: base ^ (noise % 2n ** BigInt(low)) };
    }),
);

describe('a network', () => {
  it.each([
    '10.0.0.0/8',
    '0.0.0.0/0',
    '255.255.255.255/32',
    '192.168.1.128/25',
    '::/0',
    '::1/128',
    'fd00::/8',
    '2001:db8::/32',
    '2001:DB8:0:0:0:0:0:0/32',
    '2001:db8:1:2:3:4:5:6/128',
    '1:2:3:4:5:6:7::/112',
    '::2:3:4:5:6:7:8/128',
  ])('may be %s', (text) => {
    expect(Network.parse(text)).toBe(text);
  });

  it.each([
    '',
    '10.0.0.0',
    '10.0.0.0/',
    '10.0.0.0/33',
    '10.0.0/8',
    '10.0.0.256/32',
    '10.0.0.01/32',
    '10.0.0.0.0/8',
    '10.0.0.0/8 ',
    ' 10.0.0.0/8',
    '10.0.0.0/-1',
    '10.0.0.0/8/8',
    '::/129',
    ':::/0',
    '1::2::3/128',
    '1:2:3:4:5:6:7/112',
    '1:2:3:4:5:6:7:8:9/128',
    '1:2:3:4:5:6:7:8::/128',
    '12345::/16',
    'g::/16',
    'fe80::1%eth0/128',
    'localhost/8',
    '::ffff:10.0.0.0/8',
    '::ffff:10.0.0.0/104',
  ])('is not %j', (text) => {
    expect(Network.safeParse(text).error?.issues.map(({ message }) => message)).toEqual([
      'must be a network such as 10.0.0.0/8 or fd00::/8',
    ]);
  });

  it.each(['10.1.0.0/8', '10.0.0.1/31', '0.0.0.1/0', 'fd00::1/8', '2001:db8::1/127'])(
    'has no bits behind its prefix: not %s',
    (text) => {
      expect(Network.safeParse(text).error?.issues.map(({ message }) => message)).toEqual([
        'has bits set behind its prefix',
      ]);
    },
  );

  it('has bits behind its prefix as soon as it is not the first address of its block', () => {
    fc.assert(
      fc.property(blocks, ({ block, near }) => {
        expect(Network.safeParse(cidr(block)).success).toBe(true);
        const rest = BigInt(block.bits - block.prefix);
        const isFirst = (near >> rest) << rest === near;
        expect(Network.safeParse(`${written(near, block.bits)}/${block.prefix}`).success).toBe(isFirst);
      }),
    );
  });
});

describe('whether an address lies in a network', () => {
  it('is answered as Node does', () => {
    fc.assert(
      fc.property(blocks, ({ block, near }) => {
        expect(isInNetwork(written(near, block.bits), cidr(block))).toBe(isIn(near, block));
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['::ffff:10.1.2.3', '10.0.0.0/8', true],
    ['::FFFF:10.1.2.3', '10.0.0.0/8', true],
    ['::ffff:11.1.2.3', '10.0.0.0/8', false],
    // Otherwise a client by IPv4 would be in a network that is said to hold all of IPv6.
    ['::ffff:10.1.2.3', '::/0', false],
    ['10.1.2.3', '::/0', false],
    ['::1', '0.0.0.0/0', false],
    ['FD00:0:0::1', 'fd00::/8', true],
    ['fd00::1%eth0', 'fd00::/8', false],
    ['nowhere', '0.0.0.0/0', false],
    ['10.0.0.1', 'anywhere', false],
  ])('%s in %s: %s', (address, network, isInside) => {
    expect(isInNetwork(address, network)).toBe(isInside);
  });
});

describe('whether two networks overlap', () => {
  it('is so when one holds the first address of the other', () => {
    fc.assert(
      fc.property(blocks, fc.nat(128), ({ block: one, near }, size) => {
        const prefix = size % (one.bits + 1);
        const rest = BigInt(one.bits - prefix);
        const other = { bits: one.bits, base: (near >> rest) << rest, prefix };
        const expected = isIn(other.base, one) || isIn(one.base, other);
        expect(overlap(cidr(one), cidr(other))).toBe(expected);
        expect(overlap(cidr(other), cidr(one))).toBe(expected);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['10.0.0.0/8', '10.2.0.0/16', true],
    ['10.2.0.0/16', '10.3.0.0/16', false],
    ['0.0.0.0/0', '::/0', false],
    ['10.0.0.0/8', 'nonsense', false],
  ])('%s and %s: %s', (one, other, expected) => {
    expect(overlap(one, other)).toBe(expected);
  });
});
