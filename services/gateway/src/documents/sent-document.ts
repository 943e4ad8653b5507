import {
  locateProblems,
  type Problem,
  type ReadResult,
  readEnvironment,
  readFreezeWindow,
  readPolicy,
  readRelease,
  readTopology,
} from '#domain';
import { Rejection } from '#messaging';
import { YamlText } from './yaml-text.js';

const READERS = {
  topology: readTopology,
  policy: readPolicy,
  environment: readEnvironment,
  'freeze window': readFreezeWindow,
  release: readRelease,
} as const satisfies Record<string, (text: string, source: string) => ReadResult<unknown>>;
export type DocumentKind = keyof typeof READERS;

const MOST_LEVELS = 100;

/**
 * Does something with a document that was sent as JSON or YAML. Whether JSON is sound is for the service to say; what
 * it says of YAML is given its line and column.
 * @throws Rejection with every problem
 */
export async function withDocument<T>(
  kind: DocumentKind,
  body: unknown,
  task: (document: unknown) => Promise<T>,
): Promise<T> {
  if (!(body instanceof YamlText)) return task(jsonDocument(kind, body));
  const read = READERS[kind](body.text, kind);
  if (!read.ok) throw unsound(read.problems);
  try {
    return await task(read.value);
  } catch (error) {
    throw error instanceof Rejection ? located(error, body.text, kind) : error;
  }
}

function jsonDocument(kind: DocumentKind, body: unknown): unknown {
  if (typeof body !== 'object' || body === null) {
    throw unsound([{ path: '', message: `the body has to be the ${kind}, as JSON or YAML`, source: kind }]);
  }
  // Whatever is nested without end could not be passed on.
  if (isDeeperThan(body, MOST_LEVELS)) {
    throw unsound([{ path: '', message: `is nested deeper than ${MOST_LEVELS} levels`, source: kind }]);
  }
  return body;
}

function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  return Object.values(value).some((inner) => isDeeperThan(inner, levels - 1));
}

function located({ problem }: Rejection, text: string, kind: DocumentKind): Rejection {
  const { errors } = problem;
  return new Rejection(errors ? { ...problem, errors: locateProblems(errors, text, kind) } : problem);
}

function unsound(errors: readonly Problem[]): Rejection {
  const message = `${errors.length} problem${errors.length === 1 ? '' : 's'} found; nothing was stored`;
  return new Rejection({ kind: 'invalid', code: 'INVALID_DOCUMENT', message, errors });
}
