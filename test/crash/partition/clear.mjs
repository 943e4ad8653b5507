import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { signal, stopLeftovers } from '../../../deploy/local/process.mjs';

/**
 * Clears up after the process that started it, however that comes to its end: then its standard input ends. Arguments:
 * a folder of that process, whose services left their pids under `data/run`, and the namespaces that it made.
 */

const [folder = '', ...namespaces] = process.argv.slice(2);

process.stdin.resume();
await once(process.stdin, 'end');
await stopLeftovers(join(folder, 'data', 'run'));
const there = ip('netns', 'list').split(/\s+/);
for (const name of namespaces.filter((made) => there.includes(made))) {
  for (const pid of ip('netns', 'pids', name).split(/\s+/).filter(Boolean)) signal(Number(pid), 'SIGKILL');
  ip('netns', 'del', name);
}
rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });

/** @param {string[]} args */
function ip(...args) {
  const { stdout, stderr, status, error } = spawnSync('ip', args, { encoding: 'utf8' });
  if (error) throw error;
  if (status !== 0) throw new Error(`ip ${args.join(' ')}: ${stderr}`);
  return stdout;
}
