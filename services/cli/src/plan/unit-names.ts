/** Ids of units that are named before the rest is left out. */
const UNITS_NAMED = 8;

export function unitNames(units: readonly { readonly id: string }[]): string {
  const names = units.slice(0, UNITS_NAMED).map(({ id }) => id);
  return [...names, ...(units.length > UNITS_NAMED ? ['…'] : [])].join(' ');
}
