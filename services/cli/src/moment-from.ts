import { wrongCall } from './failure.js';

/** A time of the command line in the form that the service takes. Without a zone it is UTC, as everything that is printed. */
export function momentFrom(text: string): string {
  const [, day = '', time = '', zone = 'Z'] = FORM.exec(text) ?? [];
  const midnight = Date.parse(`${day}T00:00Z`);
  // A day that the month does not have would count as one of the next.
  const isDay = !Number.isNaN(midnight) && new Date(midnight).toISOString().startsWith(day);
  const ms = Date.parse(`${day}T${time || '00:00'}${zone}`);
  if (!isDay || Number.isNaN(ms)) {
    throw wrongCall(`${JSON.stringify(text)} is not a time; write it as 2026-01-05T10:04:05Z`);
  }
  return new Date(ms).toISOString();
}

const FORM = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[+-]\d{2}:?\d{2})?)?$/i;
