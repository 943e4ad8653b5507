import { expect, it } from '@jest/globals';
import { correlationIdOf, traceparentOf } from './correlation.js';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const traceparent = `00-${TRACE}-00f067aa0ba902b7-01`;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

it('ties a request to the trace that it is part of', () => {
  expect(correlationIdOf({ traceparent, 'x-request-id': 'r-1' })).toBe(TRACE);
  expect(traceparentOf({ traceparent })).toBe(traceparent);
});

it('takes the id that a request brings', () => {
  expect(correlationIdOf({ 'x-correlation-id': 'c-1', 'x-request-id': 'r-1' })).toBe('c-1');
  expect(correlationIdOf({ 'x-request-id': 'r-1' })).toBe('r-1');
});

it.each([{}, { traceparent: '00-zz' }, { 'x-request-id': 'two words' }, { 'x-request-id': 'x'.repeat(101) }])(
  'makes an id when there is none that can be used: %j',
  (headers) => {
    expect(correlationIdOf(headers)).toMatch(UUID);
    expect(traceparentOf(headers)).toBeUndefined();
  },
);
