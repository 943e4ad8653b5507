import {
  AccessDeniedError,
  AppendRecordSizeExceededError,
  InvalidArgumentError,
  InvalidTransactionError,
  isCommandError,
  MaxAppendSizeExceededError,
  NotLeaderError,
  RequiredMetadataPropertyMissingError,
  StreamDeletedError,
  StreamTombstonedError,
  TransactionMaxSizeExceededError,
  UnsupportedError,
} from '@kurrent/kurrentdb-client';
import { EventStoreError, StoreUnavailable, UnsuitableLog } from '../errors.js';

/** Errors after which the same call cannot succeed before an operator did something. */
const TERMINAL = [
  AccessDeniedError,
  InvalidArgumentError,
  InvalidTransactionError,
  RequiredMetadataPropertyMissingError,
  StreamDeletedError,
  StreamTombstonedError,
  UnsupportedError,
];

/**
 * What to throw for an error of the client. Appends and subscriptions fail with gRPC's errors, reads with those of the
 * client's native part; the client gives both the same classes. What it does not know by name may well have been a
 * moment's trouble, and its outcome is unknown: the call may be repeated.
 */
export function asFailure(what: string, error: unknown): EventStoreError {
  if (error instanceof EventStoreError) return error;
  const why = error instanceof Error ? error.message || error.name : String(error);
  if (TERMINAL.some((terminal) => error instanceof terminal)) {
    return new UnsuitableLog(`KurrentDB refuses to ${what}: ${why || kindOf(error)}`, { cause: error });
  }
  return new StoreUnavailable(`could not ${what}: ${why || kindOf(error)}`, { cause: error });
}

/** The client knows the leader by now, and asks it the next time. */
export function isNotLeader(error: unknown): boolean {
  return error instanceof NotLeaderError;
}

/** How many bytes the server takes in one append, if that is what it complains about; 0 when it does not say. */
export function sizeLimitIn(error: unknown): number | undefined {
  if (error instanceof MaxAppendSizeExceededError) return error.maxAppendSize;
  if (error instanceof TransactionMaxSizeExceededError || error instanceof AppendRecordSizeExceededError) {
    return error.maxSize;
  }
  return undefined;
}

function kindOf(error: unknown): string {
  return error instanceof Error && isCommandError(error) ? error.type : 'it does not say why';
}
