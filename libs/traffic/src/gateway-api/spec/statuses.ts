import type { Fields, Refusal } from './route-object.js';

/** The form in which an API server says no. */
export function failure(code: number, message: string, reason = '', causes: readonly Fields[] = []): [number, Fields] {
  const status = { kind: 'Status', apiVersion: 'v1', status: 'Failure', message, reason, code };
  return [code, causes.length > 0 ? { ...status, details: { causes } } : status];
}

export function refused(refusal: Refusal): [number, Fields] {
  if (refusal.kind === 'owned') {
    const causes = refusal.conflicts.map(({ manager, field }) => ({
      reason: 'FieldManagerConflict',
      message: `conflict with "${manager}" using gateway.networking.k8s.io/v1`,
      field,
    }));
    return failure(409, `Apply failed with ${causes.length} conflicts`, 'Conflict', causes);
  }
  if (refusal.kind === 'modified') {
    const message = 'Operation cannot be fulfilled on httproutes "checkout": the object has been modified';
    return failure(409, message, 'Conflict');
  }
  const cause = { reason: 'FieldValueInvalid', message: 'field is immutable', field: 'metadata.uid' };
  return failure(422, 'HTTPRoute "checkout" is invalid: metadata.uid: field is immutable', 'Invalid', [cause]);
}
