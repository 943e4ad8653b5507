import { isRecord } from '../../documents/flaw.js';
import type { Path } from '../../documents/path.js';
import { Intervals, type ReleaseSpec, StagingTraffic } from '../../documents/release.js';
import type { PatchOperation } from '../types.js';
import { pointer } from './pointer.js';

/** Groups of fields that a document may leave out whole, as they are then. All others that are there were written. */
const DEFAULTS: Readonly<Record<string, string>> = {
  '/spec/interval': JSON.stringify(Intervals.parse({})),
  '/spec/staging/traffic': JSON.stringify(StagingTraffic.parse({})),
};

/**
 * The changes that make one spec of a release into another.
 *
 * They can be applied to the document as it was written, where what has its default is absent, as well as to the
 * parsed one. So a member is set by `add`, which replaces one that is there; only what has no default is removed; and
 * where the group around a member may be absent, the whole group is set.
 */
export function operationsBetween(before: ReleaseSpec, after: ReleaseSpec): PatchOperation[] {
  return inMembers(before, after, ['spec']);
}

function inMembers(before: Readonly<object>, after: Readonly<object>, path: Path): PatchOperation[] {
  const was = new Map<string, unknown>(Object.entries(before));
  const will = new Map<string, unknown>(Object.entries(after));
  return [...new Set([...was.keys(), ...will.keys()])].flatMap((name) =>
    change(was.get(name), will.get(name), [...path, name]),
  );
}

function change(before: unknown, after: unknown, path: Path): PatchOperation[] {
  if (before === after || JSON.stringify(before) === JSON.stringify(after)) return [];
  if (after === undefined) return [{ op: 'remove', path: pointer(path) }];
  if (isRecord(before) && isRecord(after) && isWritten(before, path)) return inMembers(before, after, path);
  if (isListOfGroups(before) && isListOfGroups(after)) return inEntries(before, after, path);
  return [{ op: 'add', path: pointer(path), value: after }];
}

/** Entries that changed, then those that come at the end. */
function inEntries(before: readonly object[], after: readonly object[], path: Path): PatchOperation[] {
  return after.flatMap((entry, i) =>
    i < before.length
      ? change(before[i], entry, [...path, i])
      : [{ op: 'add' as const, path: pointer([...path, '-']), value: entry }],
  );
}

function isWritten(group: unknown, path: Path): boolean {
  return JSON.stringify(group) !== DEFAULTS[pointer(path)];
}

/** An empty list may as well be absent. */
function isListOfGroups(list: unknown): list is readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(list) && list.length > 0 && list.every(isRecord);
}
