import {
  Metadata,
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServerWritableStream,
  type sendUnaryData,
  status,
} from '@grpc/grpc-js';
import gossipGrpc from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/gossip_grpc_pb.js';
import gossip from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/gossip_pb.js';
import featuresGrpc from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/serverfeatures_grpc_pb.js';
import features from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/serverfeatures_pb.js';
import shared from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/shared_pb.js';
import streamsGrpc from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_grpc_pb.js';
import type streams from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_pb.js';
import { nameIn, proposedIn, stored, wrongVersion } from './kurrentdb-server/messages.js';
import { read } from './kurrentdb-server/reading.js';
import { type Expected, type ProposedRecord, RecordLog } from './kurrentdb-server/record-log.js';

/**
 * One node that speaks as much of KurrentDB's protocol as the event store uses, in memory: for machines without
 * KurrentDB. It is no KurrentDB: what it shows is that the adapter and the client agree with the protocol as it is
 * documented. Nodes that share a log are a cluster.
 */
export class KurrentDbServer {
  // The client's native part sends a call in two packets, the second when the first was acknowledged, for which a quiet
  // machine takes 40 ms. A ping takes the acknowledgement along.
  readonly #server = new Server({ 'grpc.keepalive_time_ms': 5 });
  #leader: KurrentDbServer | undefined;
  #answersToLose = 0;
  #lost: () => void = () => undefined;
  #port = 0;

  private constructor(private readonly log: RecordLog) {
    this.#server.addService(streamsGrpc.StreamsService, {
      read: (call: ServerWritableStream<streams.ReadReq, streams.ReadResp>) => {
        if (this.#refuses(call.metadata)) call.emit('error', this.#notLeader());
        else read(this.log, call);
      },
      batchAppend: (call: ServerDuplexStream<streams.BatchAppendReq, streams.BatchAppendResp>) => this.#append(call),
    } as never);
    this.#server.addService(featuresGrpc.ServerFeaturesService, {
      getSupportedMethods: (_: unknown, answer: sendUnaryData<features.SupportedMethods>) => answer(null, supported()),
    } as never);
    this.#server.addService(gossipGrpc.GossipService, {
      read: (_: unknown, answer: sendUnaryData<gossip.ClusterInfo>) => answer(null, this.#members()),
    } as never);
  }

  /** Starts a node on a free port; on the log of another, it is a further node of the same cluster. */
  static async start(beside?: KurrentDbServer): Promise<KurrentDbServer> {
    const node = new KurrentDbServer(beside === undefined ? new RecordLog() : beside.log);
    node.#port = await new Promise<number>((resolve, reject) => {
      node.#server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) =>
        error === null ? resolve(port) : reject(error),
      );
    });
    return node;
  }

  get port(): number {
    return this.#port;
  }

  get url(): string {
    return `kurrentdb://127.0.0.1:${this.#port}?tls=false`;
  }

  /** The positions of everything in the log. */
  get positions(): readonly number[] {
    return this.log.all.map(({ position }) => position);
  }

  /** Writes as somebody else would who shares the database. */
  writeRecord(stream: string, record: Partial<ProposedRecord>): void {
    const empty = { id: crypto.randomUUID(), type: 'Foreign', contentType: 'application/json' };
    const content = { data: Buffer.from('{}'), metadata: Buffer.from('') };
    this.log.append(stream, 'any', [{ ...empty, ...content, ...record }]);
  }

  /** From now on another node leads; without one, this. */
  follow(leader?: KurrentDbServer): void {
    this.#leader = leader;
  }

  /** Stores the next commit and says nothing about it. Resolves when that has happened. */
  loseNextAnswer(): Promise<void> {
    this.#answersToLose += 1;
    return new Promise((resolve) => {
      this.#lost = resolve;
    });
  }

  async stop(): Promise<void> {
    this.#server.forceShutdown();
  }

  #append(call: ServerDuplexStream<streams.BatchAppendReq, streams.BatchAppendResp>): void {
    const begun = new Map<string, { options: streams.BatchAppendReq.Options; proposed: ProposedRecord[] }>();
    call.on('end', () => call.end());
    call.on('data', (request: streams.BatchAppendReq) => {
      if (this.#refuses(call.metadata)) {
        call.emit('error', this.#notLeader());
        return;
      }
      const key = JSON.stringify(request.getCorrelationId()?.toObject());
      const options = request.getOptions() as streams.BatchAppendReq.Options;
      const commit = begun.get(key) ?? { options, proposed: [] };
      begun.set(key, commit);
      commit.proposed.push(...request.getProposedMessagesList().map(proposedIn));
      if (!request.getIsFinal()) return;
      begun.delete(key);
      const stream = nameIn(commit.options.getStreamIdentifier());
      const result = this.log.append(stream, expectedIn(commit.options), commit.proposed);
      if (this.#answersToLose > 0) {
        this.#answersToLose -= 1;
        this.#lost();
      } else if (result.outcome === 'wrong-version') call.write(wrongVersion(request, stream, result.current));
      else if (result.outcome === 'again') call.write(stored(request, stream, result.revision));
      else call.write(stored(request, stream, result.revision, result.position));
    });
  }

  #refuses(metadata: Metadata): boolean {
    return this.#leader !== undefined && metadata.get('requires-leader').includes('true');
  }

  #notLeader(): Error {
    const metadata = new Metadata();
    metadata.set('exception', 'not-leader');
    metadata.set('leader-endpoint-host', '127.0.0.1');
    metadata.set('leader-endpoint-port', String(this.#leader?.port));
    const details = 'Leader info available';
    return Object.assign(new Error(details), { code: status.NOT_FOUND, details, metadata });
  }

  #members(): gossip.ClusterInfo {
    const { LEADER, FOLLOWER } = gossip.MemberInfo.VNodeState;
    const member = (node: KurrentDbServer, state: gossip.MemberInfo.VNodeState) =>
      new gossip.MemberInfo()
        .setInstanceId(new shared.UUID().setString(`00000000-0000-4000-8000-${String(node.port).padStart(12, '0')}`))
        .setTimeStamp('0')
        .setIsAlive(true)
        .setState(state)
        .setHttpEndPoint(new gossip.EndPoint().setAddress('127.0.0.1').setPort(node.port));
    const others = this.#leader === undefined ? [] : [member(this.#leader, LEADER)];
    const own = member(this, this.#leader === undefined ? LEADER : FOLLOWER);
    return new gossip.ClusterInfo().setMembersList([own, ...others]);
  }
}

function expectedIn(options: streams.BatchAppendReq.Options): Expected {
  if (options.hasNoStream()) return 'none';
  if (options.hasAny()) return 'any';
  return options.hasStreamExists() ? 'exists' : Number(options.getStreamPosition());
}

function supported(): features.SupportedMethods {
  const method = (name: string, ...its: string[]) =>
    new features.SupportedMethod()
      .setServiceName('event_store.client.streams.streams')
      .setMethodName(name)
      .setFeaturesList(its);
  return new features.SupportedMethods()
    .setEventStoreServerVersion('25.0.0')
    .setMethodsList([method('batchappend'), method('read', 'position', 'events')]);
}
