import { expect, it } from '@jest/globals';
import { PROBLEM_KINDS } from '#messaging';
import { problemDocument, toHttp } from './http-problem.js';

it('has a status for every kind of problem', () => {
  const statuses = PROBLEM_KINDS.map((kind) => [kind, toHttp({ kind, code: 'X', message: 'x' }).status]);
  expect(Object.fromEntries(statuses)).toEqual({
    invalid: 422,
    unauthenticated: 401,
    forbidden: 403,
    'not-found': 404,
    refused: 409,
    conflict: 409,
    'too-large': 413,
    unavailable: 503,
    internal: 500,
  });
});

it('says how to come in, and when to come back', () => {
  expect(toHttp({ kind: 'unauthenticated', code: 'X', message: 'x' }).headers).toHaveProperty('www-authenticate');
  expect(toHttp({ kind: 'unavailable', code: 'X', message: 'x' }).headers).toEqual({ 'retry-after': '1' });
});

it('is told as RFC 9457 says, with what is wrong and what the release is now', () => {
  const errors = [{ path: 'spec.rollout', message: 'is missing', line: 3, column: 1 }];
  const state = { id: 'a', state: 'held', revision: 12 };
  const problem = toHttp({ kind: 'refused', code: 'WRONG_STATE', message: 'a: is held', errors, state });
  expect(problemDocument(problem)).toEqual({
    type: 'urn:sluice:problem:wrong-state',
    title: 'Wrong state',
    status: 409,
    detail: 'a: is held',
    code: 'WRONG_STATE',
    errors,
    state,
  });
});
