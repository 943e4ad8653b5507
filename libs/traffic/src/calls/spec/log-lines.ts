import type { CallRecord } from '../call-record.js';

/** A line of a file of call records; the number is in its path. */
export function line(number: number, more: Partial<Record<keyof CallRecord, unknown>> = {}): string {
  const call = {
    at: '2026-03-01T12:00:00.000Z',
    source: '127.0.2.11',
    service: 'orders',
    destination: '127.0.2.12:8080',
    method: 'GET',
    path: `/${number}`,
    status: 200,
    ...more,
  };
  return `${JSON.stringify(call)}\n`;
}

export function numbersOf(calls: readonly CallRecord[]): number[] {
  return calls.map(({ path }) => Number(path.slice(1)));
}
