import type { Tag } from '#domain';
import { argument, word } from './quoting.js';

/** A baggage may have 8,192 bytes, and most servers take no longer path. */
const LONGEST = 8_192;
const LONGEST_TAG = 2_000;
/** JSON may write one character as six. */
const LINE = 65_535;

/**
 * Where the records go, and how one is written: a JSON object a line, in the form of a CallRecord. A request that could
 * not be read is written too. What is not there is a dash, as in HAProxy's own logs. Of a request that could not be read
 * no variable of the transaction is there, nor its default: what stands without quotes is a variable of the session.
 */
export function callLog(target: string | undefined, service: string, { entry }: { entry: boolean }): string[] {
  const where = target === undefined ? 'stdout' : word(target);
  const fields = [
    // Milliseconds, read as seconds. The log's own time is that of the connection, which may have been kept for long.
    '"at":%[var(sess.at,0)]e-3',
    '"source":"%ci"',
    `"service":"${service}"`,
    // Servers are named after their addresses; brackets, which a name cannot have, are put back around IPv6.
    `"destination":"%[srv_name,regsub('^(.*:.*):([0-9]+)$','[\\1]:\\2')]"`,
    '"method":"%HM"',
    '"path":"%[var(txn.path_json)]"',
    '"status":%ST',
    '"baggage":"%[var(txn.baggage_json)]"',
    '"tag":"%[var(txn.tag_json)]"',
    `"entry":${entry}`,
    '"internal":%[var(sess.internal,false)]',
  ];
  return [
    ...(target === undefined
      ? ['# Standard output has to be a pipe: HAProxy does not append to a file, it writes over it from its beginning.']
      : []),
    '# One call a line. Beside that, every frontend logs one line, no JSON, when its process ends after a reload.',
    `log ${where} len ${LINE} format raw local0 info`,
    `log-format ${word(`{${fields.join(',')}}`)}`,
  ];
}

/** The first rules of a frontend: what is known of a request only while it is there. */
export function rememberCall(): string[] {
  return [
    'tcp-request session set-var(sess.at) date(0,ms)',
    'http-request set-var(sess.at) date(0,ms)',
    // Without the query: it may hold what has no place in a log.
    ...rememberAsJson('path_json', 'path', LONGEST),
  ];
}

/** Baggage and tag as they are at this point of the rules. */
export function rememberTag({ header }: Tag): string[] {
  return [
    ...rememberAsJson('baggage_json', 'var(txn.baggage)', LONGEST),
    ...rememberAsJson('tag_json', `req.fhdr(${argument(header)})`, LONGEST_TAG),
  ];
}

function rememberAsJson(variable: string, fetch: string, longest: number): string[] {
  return [`http-request set-var(txn.${variable}) ${word(`${fetch},bytes(0,${longest}),json(utf8s)`)}`];
}
