import {
  DiscardPolicy,
  JetStreamApiCodes,
  JetStreamApiError,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import { UnsuitableLog } from '../errors.js';
import type { Link } from './link.js';
import { ALL_SUBJECTS } from './subjects.js';

/** How the log is created when it is not there yet. */
export interface LogSettings {
  /** Copies of the log in a NATS cluster: 1, 3 or 5. */
  readonly replicas: number;
  /** How long the server recognises a repeated message by its id. */
  readonly duplicateWindowMs: number;
}

// What makes a stream a log: it keeps everything, on disk, and rejects what it has no room for.
const ESSENTIAL = {
  storage: StorageType.File,
  retention: RetentionPolicy.Limits,
  discard: DiscardPolicy.New,
  max_age: 0,
  max_msgs_per_subject: -1,
  deny_delete: true,
  deny_purge: true,
  allow_rollup_hdrs: false,
} as const satisfies Partial<StreamConfig>;

const NAME_TAKEN = 10058;
const SUBJECTS_TAKEN = 10065;

/**
 * Creates the log when it is absent. One that is there is taken as it is, if it can be trusted.
 * @throws {UnsuitableLog} when it may lose or change what was stored, {StoreUnavailable}
 */
export async function openLogStream(link: Link, settings: LogSettings): Promise<void> {
  const config = (await existing(link)) ?? (await create(link, settings));
  const faults = Object.entries(ESSENTIAL)
    .filter(([key, wanted]) => config[key as keyof typeof ESSENTIAL] !== wanted)
    .map(([key, wanted]) => `${key} is ${config[key as keyof typeof ESSENTIAL]} and has to be ${wanted}`);
  if (!config.subjects.includes(ALL_SUBJECTS)) faults.push(`it does not take the subjects ${ALL_SUBJECTS}`);
  if (faults.length > 0) throw new UnsuitableLog(`stream ${link.log} cannot be the event log: ${faults.join('; ')}`);
}

async function existing(link: Link): Promise<StreamConfig | undefined> {
  return link.ask('look at the log', async () => {
    try {
      return (await link.jsm.streams.info(link.log)).config;
    } catch (error) {
      if (isApiError(error, JetStreamApiCodes.StreamNotFound)) return undefined;
      throw error;
    }
  });
}

async function create(link: Link, { replicas, duplicateWindowMs }: LogSettings): Promise<StreamConfig> {
  const settings = { num_replicas: replicas, duplicate_window: nanos(duplicateWindowMs) };
  const config = { name: link.log, subjects: [ALL_SUBJECTS], ...ESSENTIAL, ...settings };
  return link.ask('create the log', async () => {
    try {
      return (await onceMoreIfRaced(() => link.jsm.streams.add(config))).config;
    } catch (error) {
      if (!isApiError(error, SUBJECTS_TAKEN)) throw error;
      throw new UnsuitableLog(`stream ${link.log} cannot be created: another takes ${ALL_SUBJECTS}`, { cause: error });
    }
  });
}

/**
 * Two services that start together both create what is missing. The server takes the same settings a second time for
 * the same stream, except in the moment of its making: then it says that the subjects, or the name, are taken.
 */
export async function onceMoreIfRaced<Made>(make: () => Promise<Made>): Promise<Made> {
  try {
    return await make();
  } catch (error) {
    if (!isApiError(error, SUBJECTS_TAKEN, NAME_TAKEN)) throw error;
    return make();
  }
}

/** Whether an error is the server's refusal with this code. */
export function isApiError(error: unknown, ...codes: readonly number[]): boolean {
  return error instanceof JetStreamApiError && codes.includes(error.code);
}
