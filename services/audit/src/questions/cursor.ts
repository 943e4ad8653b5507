import { Rejection } from '#messaging';

/** Pages go by places in the log, newest first; people get the place as text, and give it back as it was. */
export function parseCursor(before: string | undefined): number | undefined {
  if (before === undefined) return undefined;
  const position = /^\d{1,16}$/.test(before) ? Number(before) : Number.NaN;
  if (Number.isSafeInteger(position)) return position;
  const message = 'before has to be the `next` of an earlier page';
  throw new Rejection({ kind: 'invalid', code: 'INVALID_CURSOR', message, errors: [{ path: 'before', message }] });
}

/** A page out of one row more than it holds. */
export function page<Row>(rows: readonly Row[], limit: number): { rows: readonly Row[]; last: Row | null } {
  const shown = rows.slice(0, limit);
  return { rows: shown, last: rows.length > limit ? (shown.at(-1) ?? null) : null };
}
