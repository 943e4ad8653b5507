import type { ColumnOptions } from 'typeorm';

/** PostgreSQL's bigint comes back as a string; positions are whole numbers that JavaScript holds exactly. */
export const position = {
  type: 'bigint',
  transformer: {
    to: (value?: number) => value,
    from: (value: string | null) => (value === null ? null : Number(value)),
  },
} as const satisfies ColumnOptions;

/** Moments are ISO-8601 strings everywhere but in the database. */
export const moment = {
  type: 'timestamptz',
  precision: 3,
  transformer: { to: (value?: string | null) => value, from: (value: Date | null) => value?.toISOString() ?? null },
} as const satisfies ColumnOptions;
