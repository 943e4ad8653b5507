import { createHash } from 'node:crypto';

/**
 * What our own server is told. Only this machine reaches it.
 * @param {import('./nats-server.mjs').OwnServer} server
 * @param {string} folder
 * @param {number} port
 */
export function serverConfig(server, folder, port) {
  const inside = server.kind === 'docker';
  return [
    inside ? 'listen: "0.0.0.0:4222"' : `listen: "127.0.0.1:${port}"`,
    'max_payload: 8MB',
    'jetstream {',
    `  store_dir: ${JSON.stringify(inside ? '/data' : folder)}`,
    ...(canSyncAlways(server.version) ? ['  sync_interval: always'] : []),
    '}',
    '',
  ].join('\n');
}

/**
 * The program that runs it. A container runs in the foreground: docker hands signals on to it and removes it at its end.
 * @param {import('./nats-server.mjs').OwnServer} server
 * @param {string} folder
 * @param {string} config
 * @param {number} port
 */
export function serverCommand(server, folder, config, port) {
  if (server.kind === 'binary') return { command: server.path, args: ['-c', config] };
  const name = ['--name', containerName(folder)];
  const user = process.getuid ? ['--user', `${process.getuid()}:${process.getgid?.()}`] : [];
  const mounts = ['-v', `${folder}:/data`, '-v', `${config}:/nats-server.conf:ro`];
  const listen = ['-p', `127.0.0.1:${port}:4222`];
  const args = ['run', '--rm', ...name, ...user, ...mounts, ...listen, server.image, '-c', '/nats-server.conf'];
  return { command: server.docker, args };
}

/**
 * One name for one data folder, so that a container that was left behind is found again.
 * @param {string} folder
 */
export function containerName(folder) {
  return `sluice-nats-${createHash('sha256').update(folder).digest('hex').slice(0, 12)}`;
}

/**
 * What becomes of acknowledged events when the power goes.
 * @param {string} version
 */
export function durabilityOf(version) {
  return canSyncAlways(version)
    ? 'every acknowledged event is on the disk and survives a power cut'
    : 'acknowledged events survive a crash, but a power cut can lose the last minute of them (NATS 2.10 closes that gap)';
}

/** @param {string} version */
function canSyncAlways(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 2 || (major === 2 && minor >= 10);
}
