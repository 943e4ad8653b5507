import type { Tag } from '#domain';

/** A member of the baggage. */
export interface TagMember {
  readonly key: string;
  /** Also stands alone in the tag's own header. */
  readonly value: string;
}

/** The tag as a member of the baggage: of `sluice.env=staging`, the key `sluice.env` and the value `staging`. */
export function tagMember({ baggage }: Pick<Tag, 'baggage'>): TagMember {
  const equals = baggage.indexOf('=');
  return { key: baggage.slice(0, equals), value: baggage.slice(equals + 1) };
}
