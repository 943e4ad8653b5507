import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
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
import { type Expected, RecordLog } from './kurrentdb-server/record-log.js';

const SUPPORTED = new features.SupportedMethods()
  .setEventStoreServerVersion('25.0.0')
  .setMethodsList([
    new features.SupportedMethod().setServiceName('event_store.client.streams.streams').setMethodName('batchappend'),
  ]);

/** How a node is reached. */
export interface KurrentDbNode {
  /** A node whose log this one has too: it is a further node of the same cluster, or the same one started again. */
  readonly beside?: KurrentDbServer;
  /** A free one when left out. */
  readonly port?: number;
  /** The folder of its certificate, as `makeCertificates` leaves it; without one there is no TLS. */
  readonly certificates?: string;
  /** Whether clients have to show a certificate of the same authority. */
  readonly knowsClients?: boolean;
  /** `user:password`, percent-encoded, which whoever reads or writes has to send. */
  readonly login?: string;
}

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
  #lose: (() => void) | undefined;
  #cluster = new Set<KurrentDbServer>([this]);
  #port = 0;

  private constructor(
    private readonly log: RecordLog,
    private readonly node: KurrentDbNode,
  ) {
    this.#server.addService(streamsGrpc.StreamsService, {
      read: (call: ServerWritableStream<streams.ReadReq, streams.ReadResp>) => {
        const refusal = this.#refusal(call.metadata);
        if (refusal === undefined) read(this.log, call);
        else call.emit('error', refusal);
      },
      batchAppend: (call: ServerDuplexStream<streams.BatchAppendReq, streams.BatchAppendResp>) => this.#append(call),
    } as never);
    this.#server.addService(featuresGrpc.ServerFeaturesService, {
      getSupportedMethods: (_: unknown, answer: sendUnaryData<features.SupportedMethods>) => answer(null, SUPPORTED),
    } as never);
    this.#server.addService(gossipGrpc.GossipService, {
      read: (_: unknown, answer: sendUnaryData<gossip.ClusterInfo>) => answer(null, this.#members()),
    } as never);
  }

  static async start(node: KurrentDbNode = {}): Promise<KurrentDbServer> {
    const server = new KurrentDbServer(node.beside?.log ?? new RecordLog(), node);
    if (node.beside !== undefined) server.#cluster = node.beside.#cluster.add(server);
    const bind = server.#server.bindAsync.bind(server.#server);
    server.#port = await promisify(bind)(`127.0.0.1:${node.port ?? 0}`, credentialsOf(node));
    return server;
  }

  get port(): number {
    return this.#port;
  }

  get url(): string {
    const { certificates, login } = this.node;
    if (certificates === undefined) return `kurrentdb://127.0.0.1:${this.#port}?tls=false`;
    const authority = encodeURIComponent(join(certificates, 'ca.crt'));
    return `kurrentdb://${login ? `${login}@` : ''}127.0.0.1:${this.#port}?tls=true&tlsCAFile=${authority}`;
  }

  /** The positions of everything in the log. */
  get positions(): readonly number[] {
    return this.log.all.map(({ position }) => position);
  }

  /** Writes as somebody else would who shares the database. */
  writeRecord(stream: string): void {
    const content = { contentType: 'application/json', data: Buffer.from('{}'), metadata: Buffer.from('') };
    this.log.append(stream, 'any', [{ id: crypto.randomUUID(), type: 'Foreign', ...content }]);
  }

  /** From now on another node leads; without one, this. */
  follow(leader?: KurrentDbServer): void {
    this.#leader = leader;
  }

  /** Stores the next commit and says nothing about it. Resolves when that has happened. */
  loseNextAnswer(): Promise<void> {
    return new Promise((resolve) => {
      this.#lose = resolve;
    });
  }

  async stop(): Promise<void> {
    this.#cluster.delete(this);
    this.#server.forceShutdown();
  }

  #append(call: ServerDuplexStream<streams.BatchAppendReq, streams.BatchAppendResp>): void {
    call.on('end', () => call.end());
    call.on('data', (request: streams.BatchAppendReq) => {
      const refusal = this.#refusal(call.metadata);
      if (refusal !== undefined) return void call.emit('error', refusal);
      // The client divides what is larger than three megabytes, and no commit is.
      const options = request.getOptions() as streams.BatchAppendReq.Options;
      const stream = nameIn(options.getStreamIdentifier());
      const proposed = request.getProposedMessagesList().map(proposedIn);
      const result = this.log.append(stream, expectedIn(options), proposed);
      if (this.#lose !== undefined) {
        this.#lose();
        this.#lose = undefined;
      } else if (result.outcome === 'wrong-version') call.write(wrongVersion(request, stream, result.current));
      else if (result.outcome === 'again') call.write(stored(request, stream, result.revision));
      else call.write(stored(request, stream, result.revision, result.position));
    });
  }

  /** Why a call is not taken. Who knows no password gets another answer than who knows a wrong one. */
  #refusal(metadata: Metadata): Error | undefined {
    const [sent] = metadata.get('authorization');
    const wanted = Buffer.from(decodeURIComponent(this.node.login ?? '')).toString('base64');
    if (this.node.login !== undefined && sent !== `Basic ${wanted}`) {
      return sent === undefined
        ? failure(status.PERMISSION_DENIED, 'Access Denied', { exception: 'access-denied' })
        : failure(status.UNAUTHENTICATED, 'Unauthenticated');
    }
    if (this.#leader === undefined || !metadata.get('requires-leader').includes('true')) return undefined;
    const leader = { 'leader-endpoint-host': '127.0.0.1', 'leader-endpoint-port': String(this.#leader.port) };
    return failure(status.NOT_FOUND, 'Leader info available', { exception: 'not-leader', ...leader });
  }

  #members(): gossip.ClusterInfo {
    const { LEADER, FOLLOWER } = gossip.MemberInfo.VNodeState;
    const leader = this.#leader ?? this;
    const members = [...this.#cluster].map((node) =>
      new gossip.MemberInfo()
        .setInstanceId(new shared.UUID().setString(crypto.randomUUID()))
        .setTimeStamp('0')
        .setIsAlive(true)
        .setState(node === leader ? LEADER : FOLLOWER)
        .setHttpEndPoint(new gossip.EndPoint().setAddress('127.0.0.1').setPort(node.port)),
    );
    return new gossip.ClusterInfo().setMembersList(members);
  }
}

function credentialsOf({ certificates, knowsClients = false }: KurrentDbNode): ServerCredentials {
  if (certificates === undefined) return ServerCredentials.createInsecure();
  const file = (name: string) => readFileSync(join(certificates, name));
  const pair = { cert_chain: file('tls.crt'), private_key: file('tls.key') };
  return ServerCredentials.createSsl(file('ca.crt'), [pair], knowsClients);
}

function failure(code: status, details: string, trailers: Record<string, string> = {}): Error {
  return Object.assign(new Error(details), { code, details, metadata: Metadata.fromHttp2Headers(trailers) });
}

function expectedIn(options: streams.BatchAppendReq.Options): Expected {
  if (options.hasNoStream()) return 'none';
  return options.hasAny() ? 'any' : Number(options.getStreamPosition());
}
