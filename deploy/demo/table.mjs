/**
 * Rows under headings. A cell that is wider than its column may be goes on in the next line.
 * @param {{ heading: string, widest: number }[]} columns
 * @param {string[][]} rows
 * @returns {string}
 */
export function table(columns, rows) {
  const headings = columns.map(({ heading }) => heading);
  const lines = rows.flatMap((row) => foldRow(columns.map(({ widest }, i) => wrap(row[i] ?? '', widest))));
  const widths = headings.map((heading, i) => Math.max(heading.length, ...lines.map((line) => line[i]?.length ?? 0)));
  const rule = widths.map((width) => '-'.repeat(width));
  return [headings, rule, ...lines]
    .map((line) =>
      line
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/**
 * A row of folded cells as lines of plain ones.
 * @param {string[][]} cells
 * @returns {string[][]}
 */
function foldRow(cells) {
  const height = Math.max(...cells.map((cell) => cell.length));
  return Array.from({ length: height }, (_, i) => cells.map((cell) => cell[i] ?? ''));
}

/**
 * Words in lines that are no longer than `widest`, as far as single words allow.
 * @param {string} text
 * @param {number} widest
 * @returns {string[]}
 */
function wrap(text, widest) {
  const lines = [''];
  for (const word of text.split(' ')) {
    const last = lines.at(-1) ?? '';
    if (last === '') lines.splice(-1, 1, word);
    else if (last.length + 1 + word.length <= widest) lines.splice(-1, 1, `${last} ${word}`);
    else lines.push(word);
  }
  return lines;
}
