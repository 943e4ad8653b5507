import { CheckpointTooLarge, InvalidInput } from './errors.js';
import { isWellFormed, toJson } from './text.js';

/** A checkpoint is at most this much JSON. */
export const MAX_CHECKPOINT_BYTES = 64 * 1024;

const MAX_NAME_BYTES = 200;

/** @throws {InvalidInput} when a checkpoint cannot have this name: 1 to 200 bytes of well-formed Unicode. */
export function checkCheckpointName(name: string): string {
  if (name.length === 0 || Buffer.byteLength(name) > MAX_NAME_BYTES || !isWellFormed(name)) {
    throw new InvalidInput(`a checkpoint's name is 1 to ${MAX_NAME_BYTES} bytes, ${JSON.stringify(name)} is not`);
  }
  return name;
}

/** @throws {InvalidInput} | {CheckpointTooLarge} */
export function encodeCheckpoint(name: string, value: unknown): string {
  const json = toJson(value, `the value of checkpoint ${name}`);
  const bytes = Buffer.byteLength(json);
  if (bytes > MAX_CHECKPOINT_BYTES) throw new CheckpointTooLarge(name, bytes, MAX_CHECKPOINT_BYTES);
  return json;
}
