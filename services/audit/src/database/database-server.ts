import { DataSource, type DataSourceOptions } from 'typeorm';
import { COMMON } from './tables.js';

/** A PostgreSQL server. */
export interface DatabaseServer {
  readonly url: string;
  /** A file with the authority of its certificate. */
  readonly ca?: string | undefined;
}

/** How long is waited for it: for a connection, for a statement, and when nothing comes back at all. */
export interface Patience {
  readonly connectMs: number;
  readonly statementMs?: number;
}

const SILENCE_MS = 5_000;

/** Connects, without looking at what is in the database. */
export function connect(server: DatabaseServer, poolSize: number, patience: Patience): Promise<DataSource> {
  const { connectMs, statementMs } = patience;
  const limits = statementMs && { statement_timeout: statementMs, query_timeout: statementMs + SILENCE_MS };
  const options: DataSourceOptions = {
    ...COMMON,
    url: securedUrl(server),
    poolSize,
    connectTimeoutMS: connectMs,
    ...(limits ? { extra: limits } : {}),
  };
  return new DataSource(options).initialize();
}

/**
 * With an authority of one's own the whole certificate is checked, the server's name included: the driver takes that
 * from the URL alone, and what the URL says wins over every other option.
 * @throws Error when the URL asks for less
 */
export function securedUrl({ url, ca }: DatabaseServer): string {
  if (ca === undefined) return url;
  const secured = new URL(url);
  const mode = secured.searchParams.get('sslmode') ?? 'verify-full';
  if (mode !== 'verify-full') {
    throw new Error(`the database's URL says sslmode=${mode}, which DATABASE_CA makes no sense with: leave it out`);
  }
  secured.searchParams.set('sslmode', mode);
  secured.searchParams.set('sslrootcert', ca);
  return secured.href;
}
