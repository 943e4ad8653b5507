import { z } from 'zod';
import { DriverError } from '../errors.js';
import type { UnitVersion } from '../port.js';

const Answer = z.object({ version: z.string().min(1).max(100).nullable(), healthy: z.boolean() });

/**
 * What an `inspect` command printed on standard output. Fields that are not known are ignored.
 *
 * @throws DriverError `bad-answer` for anything that is not `{"version": text or null, "healthy": true or false}`.
 */
export function parseAnswer(unit: string, stdout: string): UnitVersion {
  const answer = Answer.safeParse(parseJson(stdout));
  if (answer.success) return answer.data;
  const message = `inspecting ${unit} printed something other than {"version": …, "healthy": …}`;
  throw new DriverError('bad-answer', message, { output: stdout.slice(0, 500) });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
