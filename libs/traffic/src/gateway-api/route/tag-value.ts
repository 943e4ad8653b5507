/** The value of the tag header: of the baggage member `sluice.env=staging`, `staging`. */
export function tagValue(baggage: string): string {
  return baggage.slice(baggage.indexOf('=') + 1);
}
