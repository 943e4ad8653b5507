const START = '"id":"at-';
const END = '"';

/** The id of an event that is about to be appended: the moment, by a clock that all processes of a machine share. */
export function markNow(): string {
  return `at-${process.hrtime.bigint()}`;
}

/** For how many milliseconds each event in a text has been on its way, by the marks in it. */
export function agesIn(text: string): number[] {
  const now = process.hrtime.bigint();
  const ages: number[] = [];
  for (let at = text.indexOf(START); at >= 0; at = text.indexOf(START, at + 1)) {
    const begin = at + START.length;
    ages.push(Number(now - BigInt(text.slice(begin, text.indexOf(END, begin)))) / 1e6);
  }
  return ages;
}
