/** `1 unit`, `3 units`. */
export function units(count: number): string {
  return count === 1 ? '1 unit' : `${count} units`;
}
