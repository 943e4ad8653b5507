/** Why a router did not do what it was asked, and whether the same may work later. */
const RETRYABLE = {
  /** It cannot be reached, or went away in the middle. */
  unreachable: true,
  /** No unit of the staging environment reports ready. */
  'not-ready': true,
  'timed-out': true,
  /** It answered something that cannot be read. */
  'bad-answer': true,
  /** Somebody else changes the same thing. */
  conflict: true,
  /** It understood and said no: the configuration is wrong, the caller is not allowed to. */
  refused: false,
  /** This kind of router cannot do this at all. */
  unsupported: false,
  /** The caller stopped waiting. */
  interrupted: true,
} as const;

export type RouterErrorCode = keyof typeof RETRYABLE;

/** The only error that a router throws on purpose. `retryable` false means: the same again cannot work. */
export class RouterError extends Error {
  override readonly name = 'RouterError';
  readonly retryable: boolean;

  constructor(
    readonly code: RouterErrorCode,
    message: string,
    details: { readonly cause?: unknown; readonly retryable?: boolean } = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.retryable = details.retryable ?? RETRYABLE[code];
  }
}
