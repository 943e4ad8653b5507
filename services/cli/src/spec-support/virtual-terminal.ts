/**
 * What is to be seen on a terminal after a text was written to it. Knows what this program uses: moving up, erasing to
 * the end of the line, erasing what is below; colours are skipped.
 */
export function seenOn(text: string): readonly string[] {
  const screen: string[] = [''];
  let row = 0;
  let column = 0;
  const sequences = new RegExp(
    `${String.fromCharCode(27)}\\[(\\d*)([A-Za-z])|(\\n)|([^\\n${String.fromCharCode(27)}]+)`,
    'g',
  );
  for (const [, number, command, newline, words] of text.matchAll(sequences)) {
    const line = screen[row] ?? '';
    if (words !== undefined) {
      screen[row] = line.slice(0, column).padEnd(column) + words + line.slice(column + words.length);
      column += words.length;
    } else if (newline) {
      row += 1;
      column = 0;
      screen[row] ??= '';
    } else if (command === 'A') row -= Number(number || 1);
    else if (command === 'K') screen[row] = line.slice(0, column);
    else if (command === 'J') screen.splice(row, screen.length, line.slice(0, column));
    else if (command !== 'm') throw new Error(`the terminal does not know ${command}`);
    if (row < 0) throw new Error('the cursor went over the top');
  }
  return screen.filter((line, i) => line !== '' || i < screen.length - 1);
}
