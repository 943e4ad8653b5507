/**
 * Lets a complaint through, and then none for a while: what is broken for hours fills no log. The next one that is let
 * through is told how many were held back.
 */
export function onceInAWhile<T>(quietMs: number, say: (what: T, heldBack: number) => void, now = Date.now) {
  let quietUntil = Number.NEGATIVE_INFINITY;
  let heldBack = 0;
  return (what: T): void => {
    if (now() < quietUntil) {
      heldBack += 1;
      return;
    }
    quietUntil = now() + quietMs;
    say(what, heldBack);
    heldBack = 0;
  };
}
