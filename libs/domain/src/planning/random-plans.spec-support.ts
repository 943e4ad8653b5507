import fc from 'fast-check';
import { Topology } from '../documents/topology.js';

const KINDS = ['region', 'zone', 'vpc'];

/** Trees of up to three levels; names and ids are numbered afterwards so that they are unique. */
interface Shape {
  readonly kind: string;
  readonly units: number;
  readonly inner: readonly Shape[];
}
const shape: fc.Memo<Shape> = fc.memo((depth) =>
  fc
    .record({
      kind: fc.constantFrom(...KINDS),
      units: fc.integer({ min: 0, max: 9 }),
      inner: depth > 1 ? fc.array(shape(), { maxLength: 3 }) : fc.constant([]),
    })
    .map(({ kind, units, inner }) => ({ kind, units: inner.length === 0 ? Math.max(1, units) : units, inner })),
);

/** Topologies whose clusters are named c1, c2 and so on, in the order of the document. */
export const topologies = fc.array(shape(3), { minLength: 1, maxLength: 4 }).map((shapes) => {
  let number = 0;
  const build = ({ kind, units, inner }: Shape): object => {
    const name = `c${++number}`;
    return {
      name,
      kind,
      units: Array.from({ length: units }, (_, i) => ({ id: `${name}-${i}` })),
      clusters: inner.map(build),
    };
  };
  const drivers = { exec: { inspect: ['true'], deploy: ['true'] } };
  const spec = { drivers, clusters: shapes.map(build) };
  return Topology.parse({ apiVersion: 'sluice/v1', kind: 'Topology', metadata: { name: 'any' }, spec });
});

const percents = fc
  .uniqueArray(fc.integer({ min: 1, max: 99 }), { maxLength: 3 })
  .map((all) => [...all].sort((a, b) => a - b));
const batches = fc
  .record({ number: fc.option(fc.integer({ min: 1, max: 5 })), percents, last: fc.constantFrom('100%' as const, 6, 9) })
  .map(({ number, percents: shares, last }) => [
    ...(number === null ? [] : [number]),
    ...shares.map((share) => `${share}%`),
    last,
  ]);

/** Stages over such clusters; not all of them can be planned. */
export const stages = fc.array(
  fc
    .record({
      clusters: fc.oneof(
        fc.uniqueArray(
          fc.integer({ min: 1, max: 12 }).map((number) => `c${number}`),
          { minLength: 1, maxLength: 3 },
        ),
        fc.record({ kind: fc.constantFrom(...KINDS) }),
      ),
      parallel: fc.option(fc.integer({ min: 1, max: 3 })),
      batches,
    })
    .map(({ parallel, ...stage }) =>
      parallel === null ? stage : { ...stage, order: 'parallel', maxParallel: parallel },
    ),
  { minLength: 1, maxLength: 3 },
);
