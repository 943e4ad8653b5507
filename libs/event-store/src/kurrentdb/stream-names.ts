import { InvalidInput } from '../errors.js';

/**
 * A log's streams have names of their own in the database, `<log>:<stream>`, and its checkpoints `<log>.checkpoint:…`.
 * So several logs, and applications that know nothing of them, share a database; the server's own streams, which begin
 * with `$`, never belong to a log; and a category is a prefix.
 * @throws {InvalidInput} when a log cannot have this name
 */
export function checkLogName(log: string): string {
  if (!/^[A-Za-z][A-Za-z0-9_]{0,63}$/.test(log)) throw new InvalidInput('a log is named by letters, digits and _');
  return log;
}

export const storedName = (log: string, stream: string) => `${log}:${stream}`;
export const checkpointName = (log: string, checkpoint: string) => `${log}.checkpoint:${checkpoint}`;

/** The stream of a log by its name in the database. */
export function streamOf(log: string, stored: string): string {
  return stored.slice(log.length + 1);
}

/** The prefixes that a choice of categories stands for; of none, the whole log's. */
export function prefixesOf(log: string, categories: readonly string[] = []): string[] {
  return categories.length === 0 ? [`${log}:`] : categories.map((category) => `${log}:${category}-`);
}
