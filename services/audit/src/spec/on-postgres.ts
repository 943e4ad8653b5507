import { describe } from '@jest/globals';
import { postgresPrograms } from './postgres-server.js';

/** Tests on a real PostgreSQL, where this machine has one. They are given the folder of its programs. */
export function describeOnPostgres(what: string, tests: (programs: string) => void): void {
  const programs = postgresPrograms();
  if (programs === undefined) describe.skip(`${what} (SKIPPED: no PostgreSQL on this machine)`, () => tests(''));
  else describe(what, () => tests(programs));
}
