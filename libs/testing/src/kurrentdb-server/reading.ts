import type { ServerWritableStream } from '@grpc/grpc-js';
import streams from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_pb.js';
import { checkpointAt, eventOf, nameIn, notFound } from './messages.js';
import type { LogRecord, RecordLog } from './record-log.js';

type ReadCall = ServerWritableStream<streams.ReadReq, streams.ReadResp>;
type ReadOptions = streams.ReadReq.Options;

/** Answers a read, or a subscription, of one stream or of `$all`. */
export function read(log: RecordLog, call: ReadCall): void {
  const options = call.request.getOptions() as ReadOptions;
  const name = options.hasStream() ? nameIn(options.getStream()?.getStreamIdentifier()) : undefined;
  const source = () => (name === undefined ? log.all : log.of(name));
  if (options.hasSubscription()) follow(source, options, call, log);
  else {
    if (name !== undefined && source().length === 0) call.write(notFound(name));
    page(source(), options, call);
  }
}

/** Reads start at the place asked for, subscriptions behind it. */
function page(source: readonly LogRecord[], options: ReadOptions, call: ReadCall): void {
  const backwards = options.getReadDirection() === streams.ReadReq.Options.ReadDirection.BACKWARDS;
  const from = startOf(options);
  const chosen = source.filter((record) => wants(options, record) && (backwards || placeIn(options, record) >= from));
  const ordered = backwards ? chosen.reverse() : chosen;
  for (const record of ordered.slice(0, Number(options.getCount()))) call.write(eventOf(record));
  call.end();
}

function follow(source: () => readonly LogRecord[], options: ReadOptions, call: ReadCall, log: RecordLog): void {
  const after = startOf(options);
  let next = source().findIndex((record) => placeIn(options, record) > after);
  if (next < 0) next = source().length;
  const push = () => {
    const records = source();
    for (; next < records.length; next += 1) {
      const record = records[next] as LogRecord;
      if (wants(options, record)) call.write(eventOf(record));
      else if (options.hasFilter()) call.write(checkpointAt(record.position));
    }
  };
  const confirmation = new streams.ReadResp.SubscriptionConfirmation().setSubscriptionId('1');
  call.write(new streams.ReadResp().setConfirmation(confirmation));
  push();
  const off = log.onGrowth(push);
  call.on('cancelled', () => {
    off();
    call.end();
  });
}

function placeIn(options: ReadOptions, record: LogRecord): number {
  return options.hasStream() ? record.revision : record.position;
}

/** -1 for the start; a read from the end is only asked for backwards, where it is everything. */
function startOf(options: ReadOptions): number {
  const [stream, all] = [options.getStream(), options.getAll()];
  if (stream?.hasRevision()) return Number(stream.getRevision());
  if (all?.hasPosition()) return Number(all.getPosition()?.getCommitPosition());
  return -1;
}

function wants(options: ReadOptions, record: LogRecord): boolean {
  const prefixes = options.getFilter()?.getStreamIdentifier()?.getPrefixList() ?? [];
  return prefixes.length === 0 || prefixes.some((prefix) => record.stream.startsWith(prefix));
}
