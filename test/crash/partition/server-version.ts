import { execFileSync } from 'node:child_process';

/**
 * With 2.9.10 the server that led the log when it was cut off may keep, in its own copy, what nobody acknowledged, in the
 * place of what the others have stored since: whoever reads from that copy finds a damaged log. Entries without a quorum
 * are removed since nats-server #6027, which is for 2.11.
 */
const KEEPS_COPIES_ALIKE = { major: 2, minor: 11 };

/** Why this server is not expected to pass, in a sentence; null when it is. */
export function unfit(binary: string): string | null {
  const told = execFileSync(binary, ['--version'], { encoding: 'utf8' });
  const [, version = '', major, minor] = /v((\d+)\.(\d+)\.\d+)/.exec(told) ?? [];
  if (version === '') throw new Error(`${binary} does not tell its version: ${told}`);
  const { major: wantedMajor, minor: wantedMinor } = KEEPS_COPIES_ALIKE;
  const isNewer = Number(major) > wantedMajor || (Number(major) === wantedMajor && Number(minor) >= wantedMinor);
  if (isNewer) return null;
  return `nats-server ${version} may leave copies of the log that differ (#6027); set PARTITION_SECONDS to try it all the same`;
}
