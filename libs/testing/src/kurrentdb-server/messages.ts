import shared from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/shared_pb.js';
import status from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/status_pb.js';
import streams from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_pb.js';
import type { LogRecord, ProposedRecord } from './record-log.js';

export const nameIn = (identifier: shared.StreamIdentifier | undefined) =>
  Buffer.from(identifier?.getStreamName_asU8() ?? []).toString('utf8');

const identifierOf = (stream: string) => new shared.StreamIdentifier().setStreamName(Buffer.from(stream));

export function proposedIn(message: streams.BatchAppendReq.ProposedMessage): ProposedRecord {
  return {
    id: message.getId()?.getString() ?? '',
    type: message.getMetadataMap().get('type') ?? '',
    contentType: message.getMetadataMap().get('content-type') ?? '',
    data: message.getData_asU8(),
    metadata: message.getCustomMetadata_asU8(),
  };
}

export function eventOf(record: LogRecord): streams.ReadResp {
  const position = String(record.position);
  const event = new streams.ReadResp.ReadEvent.RecordedEvent()
    .setId(new shared.UUID().setString(record.id))
    .setStreamIdentifier(identifierOf(record.stream))
    .setStreamRevision(String(record.revision))
    .setPreparePosition(position)
    .setCommitPosition(position)
    .setData(record.data)
    .setCustomMetadata(record.metadata);
  event.getMetadataMap().set('type', record.type).set('content-type', record.contentType).set('created', '0');
  return new streams.ReadResp().setEvent(new streams.ReadResp.ReadEvent().setEvent(event).setCommitPosition(position));
}

export function notFound(stream: string): streams.ReadResp {
  return new streams.ReadResp().setStreamNotFound(
    new streams.ReadResp.StreamNotFound().setStreamIdentifier(identifierOf(stream)),
  );
}

/** A filtered subscription is told how far the server has looked, also when nothing was for it. */
export function checkpointAt(position: number): streams.ReadResp {
  return new streams.ReadResp().setCheckpoint(
    new streams.ReadResp.Checkpoint().setCommitPosition(String(position)).setPreparePosition(String(position)),
  );
}

export function stored(request: streams.BatchAppendReq, stream: string, revision: number, position?: number) {
  const success = new streams.BatchAppendResp.Success().setCurrentRevision(String(revision));
  if (position !== undefined) {
    const place = new shared.AllStreamPosition().setCommitPosition(String(position));
    success.setPosition(place.setPreparePosition(String(position)));
  }
  return answerTo(request, stream).setSuccess(success);
}

export function wrongVersion(request: streams.BatchAppendReq, stream: string, current: number) {
  const conflict = new shared.WrongExpectedVersion();
  if (current >= 0) conflict.setCurrentStreamRevision(String(current));
  return answerTo(request, stream).setError(statusWith('event_store.client.WrongExpectedVersion', conflict));
}

/** A status with its details, byte by byte: the client has no constructor for details to give away. */
function statusWith(type: string, details: { serializeBinary(): Uint8Array }): status.Status {
  const field = (number: number, bytes: Uint8Array) =>
    Buffer.concat([Buffer.of((number << 3) | 2, bytes.length), bytes]);
  const url = Buffer.from(`type.googleapis.com/${type}`);
  return status.Status.deserializeBinary(field(3, Buffer.concat([field(1, url), field(2, details.serializeBinary())])));
}

function answerTo(request: streams.BatchAppendReq, stream: string): streams.BatchAppendResp {
  return new streams.BatchAppendResp()
    .setCorrelationId(request.getCorrelationId())
    .setStreamIdentifier(identifierOf(stream));
}
