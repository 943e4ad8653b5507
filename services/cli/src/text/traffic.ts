import { type TrafficMode, type TrafficSplit, toBasisPoints } from '#domain';

/** `100% of internal and 1% of production`; `nothing` when the split is closed. */
export function splitText({ internal, production }: TrafficSplit): string {
  const parts = [
    ...(toBasisPoints(internal) > 0 ? [`${internal} of internal`] : []),
    ...(toBasisPoints(production) > 0 ? [`${production} of production`] : []),
  ];
  return parts.join(' and ') || 'nothing';
}

/** The same for what a release asks for: with mirrored traffic production answers, and staging gets copies. */
export function askedText(split: TrafficSplit, mode: TrafficMode): string {
  return mode === 'mirror' ? `copies of ${splitText(split)}` : splitText(split);
}
