import { CallRecord } from './call-record.js';

export type ParsedCall =
  | { readonly ok: true; readonly call: CallRecord }
  | { readonly ok: false; readonly why: string };

/** Reads one line of a file of call records. */
export function parseCall(line: string): ParsedCall {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { ok: false, why: 'is no JSON' };
  }
  const parsed = CallRecord.safeParse(json);
  if (parsed.success) return { ok: true, call: parsed.data };
  const issue = parsed.error.issues[0];
  return { ok: false, why: `is no call record: ${issue?.path.join('.') || 'it'}: ${issue?.message}` };
}
