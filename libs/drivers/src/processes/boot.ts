import { readFile } from 'node:fs/promises';
import { uptime } from 'node:os';
import { isSystemError } from '../system-error.js';

/**
 * Names the time since this machine was switched on. What was written before the last power cut may be lost in part;
 * another name here says that this may have happened.
 */
export async function bootName(): Promise<string> {
  try {
    return (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
  } catch (error) {
    if (!isSystemError(error, 'ENOENT')) throw error;
    return `up-since-minute-${Math.round((Date.now() / 1_000 - uptime()) / 60)}`;
  }
}
