import type { ConfigurationEvent } from '#domain';
import type { NewEvent } from '#event-store';
import { type ConfigurationFile, eventId, type Orderer } from '#runtime';

/** Decided events as they are appended to the stream of a document. */
export function newEvents(
  file: ConfigurationFile,
  decided: readonly ConfigurationEvent[],
  { commandId, actor, reason, correlationId, traceparent }: Orderer,
  at: string,
): NewEvent[] {
  const meta = {
    commandId,
    actor: { kind: actor.kind, id: actor.id },
    ...(reason ? { reason } : {}),
    correlationId: correlationId ?? commandId,
    causationId: commandId,
    ...(traceparent ? { traceparent } : {}),
  };
  return decided.map(({ type, data }, index) => {
    const id = eventId(file.stream, `${commandId}@${file.revision}`, index);
    return { id, type, at, data, meta };
  });
}
