/** Fixed: scripts rely on them. */
export const EXIT = {
  done: 0,
  /** The input or the call is wrong. */
  wrong: 1,
  /** Refused by policy or state. */
  refused: 2,
  /** The release failed or was rolled back; the log does not fit. */
  failed: 3,
  notAllowed: 4,
  unreachable: 5,
} as const;
export type Exit = (typeof EXIT)[keyof typeof EXIT];

const BY_STATUS: Readonly<Record<number, Exit>> = {
  401: EXIT.notAllowed,
  403: EXIT.notAllowed,
  408: EXIT.unreachable,
  409: EXIT.refused,
  412: EXIT.refused,
  429: EXIT.unreachable,
};

/** What an answer of the gateway that is not a success comes to. */
export function exitOfStatus(status: number): Exit {
  return BY_STATUS[status] ?? (status >= 500 ? EXIT.unreachable : EXIT.wrong);
}
