const BAR_WIDTH = 10;

/** A share from 0 to 1 as a bar of ten cells. Something is never drawn as nothing, nor less than all as all. */
export function bar(share: number): string {
  const cells = Math.round(share * BAR_WIDTH);
  const full = Math.max(share > 0 ? 1 : 0, share < 1 ? Math.min(cells, BAR_WIDTH - 1) : BAR_WIDTH);
  return '█'.repeat(full) + '░'.repeat(BAR_WIDTH - full);
}

/** `4 %`, `100 %`; one decimal below one percent and where rounding would claim all. */
export function percent(share: number): string {
  const points = share * 100;
  const whole = Math.round(points);
  const coarse = points > 0 && (points < 1 || (whole === 100 && points < 100));
  return `${coarse ? points.toFixed(1) : whole} %`;
}
