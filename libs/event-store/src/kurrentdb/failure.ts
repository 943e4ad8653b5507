import { types } from 'node:util';
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
  UnavailableError,
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
  if (TERMINAL.some((terminal) => error instanceof terminal)) {
    return new UnsuitableLog(`KurrentDB refuses to ${what}: ${reasonIn(error)}`, { cause: error });
  }
  return new StoreUnavailable(`could not ${what}: ${reasonIn(error)}`, { cause: error });
}

/** The client knows the leader by now, and asks it the next time. */
export function isNotLeader(error: unknown): boolean {
  return error instanceof NotLeaderError;
}

/** There is no way to the node that was asked. */
export function isUnreachable(error: unknown): boolean {
  return error instanceof UnavailableError;
}

/** How many bytes the server takes in one append, if that is what it complains about; 0 when it does not say. */
export function sizeLimitIn(error: unknown): number | undefined {
  if (error instanceof MaxAppendSizeExceededError) return error.maxAppendSize;
  if (error instanceof TransactionMaxSizeExceededError || error instanceof AppendRecordSizeExceededError) {
    return error.maxSize;
  }
  return undefined;
}

/** The native part of the client has no words of its own, only the name of the error. */
function reasonIn(error: unknown): string {
  if (error instanceof AccessDeniedError) return 'it does not know this user and password, or they may not do it';
  if (!types.isNativeError(error)) return String(error);
  const isWordless = error.message === '' || error.message === error.name || error.message === error.constructor.name;
  if (!isWordless) return error.message;
  if (error instanceof UnavailableError) return 'no connection, or it broke';
  return isCommandError(error) ? error.type : 'it does not say why';
}
