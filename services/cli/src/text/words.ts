/** `1 unit`, `3 units`, `1,204 batches`. */
export function count(number: number, noun: string): string {
  const ending = number === 1 ? '' : noun.endsWith('ch') ? 'es' : 's';
  return `${figure(number)} ${noun}${ending}`;
}

const thousands = new Intl.NumberFormat('en-GB');

/** `12,034`. */
export function figure(number: number): string {
  return thousands.format(number);
}

/** `alice`, `rule OBS-1`, `service executor`: people by their name alone. */
export function actorName({ kind, id }: { readonly kind: string; readonly id: string }): string {
  return kind === 'person' ? id : `${kind} ${id}`;
}
