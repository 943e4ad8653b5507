/** The candidate that a person most likely meant by `word`; undefined when none is close. Case is not looked at. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let closest = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) >= closest) continue;
    const distance = edits(word.toLowerCase(), candidate.toLowerCase());
    if (distance < closest) {
      best = candidate;
      closest = distance;
    }
  }
  return best;
}

/** `, did you mean x?` when something is close, otherwise nothing: the end of a message. */
export function didYouMean(word: string, candidates: Iterable<string>): string {
  const meant = nearest(word, candidates);
  return meant === undefined ? '' : `, did you mean \`${meant}\`?`;
}

/** Looking for the name that was meant means looking at all there are; a document full of typos gets no more. */
const HINTS = 20;

/** {@link didYouMean} for a long list of candidates: only the first words that are asked about get an answer. */
export function fewHints(candidates: { keys(): Iterable<string> }): (word: string) => string {
  let given = 0;
  return (word) => (given++ < HINTS ? didYouMean(word, candidates.keys()) : '');
}

/** How many letters have to be put in, left out, changed or swapped with their neighbour to get from one to the other. */
function edits(from: string, to: string): number {
  let before: number[] = [];
  let above = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1];
      let least = Math.min(at(above, column) + 1, at(current, column - 1) + 1, at(above, column - 1) + (same ? 0 : 1));
      const swapped = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      if (swapped) least = Math.min(least, at(before, column - 2) + 1);
      current.push(least);
    }
    before = above;
    above = current;
  }
  return at(above, to.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
