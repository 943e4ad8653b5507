import { describe, expect, it } from '@jest/globals';
import { activeTrace, spanContextOf, traceFields } from './trace-context.js';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';

describe('a traceparent', () => {
  it('names a span, and whether it is kept', () => {
    expect(spanContextOf(`00-${TRACE}-${SPAN}-01`)).toEqual({
      traceId: TRACE,
      spanId: SPAN,
      traceFlags: 1,
      isRemote: true,
    });
    expect(spanContextOf(`00-${TRACE}-${SPAN}-00`)).toMatchObject({ traceFlags: 0 });
  });

  it('of a later version is read as far as it is known', () => {
    expect(spanContextOf(`01-${TRACE}-${SPAN}-03`)).toMatchObject({ traceId: TRACE, traceFlags: 1 });
  });

  it.each([
    undefined,
    '',
    'hello',
    `ff-${TRACE}-${SPAN}-01`,
    `00-${'0'.repeat(32)}-${SPAN}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `00-${TRACE.toUpperCase()}-${SPAN}-01`,
    `00-${TRACE}-${SPAN}-01\n`,
  ])('that is none names none: %j', (text) => {
    expect(spanContextOf(text)).toBeNull();
  });

  it('takes along what vendors add, unless it is longer than anybody has to pass on', () => {
    const traceparent = `00-${TRACE}-${SPAN}-01`;
    expect(spanContextOf(traceparent, 'vendor=abc')?.traceState?.serialize()).toBe('vendor=abc');
    expect(spanContextOf(traceparent, `vendor=${'a'.repeat(600)}`)).not.toHaveProperty('traceState');
  });
});

it('while no spans are made there is no trace, and lines of the log have none', () => {
  expect(activeTrace()).toBeUndefined();
  expect(traceFields()).toEqual({});
});
