import type { ReleaseEventData, ReleaseEventType } from '#domain';

/** Types of events that are worth a line, and how each is told. */
export type Tale = { readonly [T in ReleaseEventType]?: (data: ReleaseEventData<T>) => string };
