import { z } from 'zod';
import {
  CONFIGURATION_CATEGORY,
  CONFIGURATION_EVENTS,
  isReleaseEventType,
  RELEASE_EVENTS,
  type RecordedReleaseEvent,
  readReleaseEvent,
} from '#domain';
import type { RecordedEvent } from '#event-store';
import { storableMoment, storableText } from '../database/storable.js';

/** What the streams of refusals hold. */
const REFUSAL_EVENTS = {
  'CommandRefused.v1': z.object({
    release: z.string(),
    command: z.string(),
    code: z.string(),
    message: z.string(),
    status: z.string(),
  }),
} as const;

const OTHER_EVENTS = { ...CONFIGURATION_EVENTS, ...REFUSAL_EVENTS } as const;

/** Every event that the story tells, by type: the shape of its data. */
export const EVENTS = { ...RELEASE_EVENTS, ...OTHER_EVENTS } as const;

/** The parts of the log that the story is told from. Observations are its evidence in full, and are left where they are. */
export const CATEGORIES: readonly string[] = ['release', 'refusal', ...Object.values(CONFIGURATION_CATEGORY)];

export type EventType = keyof typeof EVENTS;
export type EventData<T extends EventType> = z.infer<(typeof EVENTS)[T]>;
/** Type and data of an event, checked. */
export type KnownEvent = { [T in EventType]: { readonly type: T; readonly data: EventData<T> } }[EventType];

/** An event of the log as the audit reads it: never thrown away, even when this version cannot make sense of it. */
export interface LogEvent {
  readonly recorded: RecordedEvent;
  /** What comes behind the category in the stream's name: a release's id, a topology's name. In a form that the database takes. */
  readonly subject: string;
  readonly category: string;
  /** When it happened, in a form that the database takes. */
  readonly at: string;
  /** Null when the type is not known here, or the data is not what the type says. */
  readonly known: KnownEvent | null;
}

export function readEvent(recorded: RecordedEvent): LogEvent {
  const dash = recorded.stream.indexOf('-');
  const category = recorded.stream.slice(0, dash);
  const subject = storableText(recorded.stream.slice(dash + 1));
  return { recorded, category, subject, at: storableMoment(recorded.at), known: readKnown(recorded) };
}

function readKnown(recorded: RecordedEvent): KnownEvent | null {
  const { type } = recorded;
  if (isReleaseEventType(type)) return readRelease(recorded);
  if (!isOtherType(type)) return null;
  const data = OTHER_EVENTS[type].safeParse(recorded.data);
  return data.success ? ({ type, data: data.data } as KnownEvent) : null;
}

/** A release's event as the core takes it; null when it cannot be read. */
export function readRelease(recorded: RecordedEvent): RecordedReleaseEvent | null {
  try {
    return readReleaseEvent(recorded);
  } catch (error) {
    if (error instanceof z.ZodError) return null;
    throw error;
  }
}

function isOtherType(type: string): type is keyof typeof OTHER_EVENTS {
  return Object.hasOwn(OTHER_EVENTS, type);
}
