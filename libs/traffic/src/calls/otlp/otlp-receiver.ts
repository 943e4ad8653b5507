import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Tag } from '#domain';
import type { CallRecord } from '../call-record.js';
import { ExportRequest } from './export-request.js';
import { RefusedExport, readBody } from './read-body.js';
import { callsIn, type SpanCalls } from './span-call.js';

export interface OtlpReceiverOptions {
  /** Where to listen. Who can reach it can report calls: it belongs in the network of the services alone. */
  readonly host: string;
  /** 0: a free one. OTLP's own is 4318. */
  readonly port: number;
  /** What marks the calls of each environment that is watched now; asked for every export. */
  readonly tags: () => readonly Tag[];
  /** The longest body that is taken, also when unpacked. Default: 16 MiB; exporters send far less. */
  readonly maxBytes?: number;
  /** So many calls wait to be taken; senders are asked to wait when there are more. Default: 100,000. */
  readonly maxCalls?: number;
}

const MAX_BYTES = 16 * 1_048_576;
const MAX_CALLS = 100_000;
/** Each may fill the memory with its body. */
const MAX_EXPORTS_AT_ONCE = 16;
const MAX_CONNECTIONS = 1_000;
const JSON_TYPE = 'application/json';

/**
 * Takes the spans that services send over OTLP/HTTP, as JSON, gzipped or not, at `/v1/traces`, and keeps the calls in
 * them until they are asked for. A sender is never told that spans were taken unless their calls are kept; what had to
 * be refused for good counts as damaged, because nobody knows what calls it held.
 */
export class OtlpReceiver {
  readonly #server: Server;
  #calls: CallRecord[] = [];
  #damaged = 0;
  #damage: string | null = null;
  #underway = 0;

  private constructor(private readonly options: OtlpReceiverOptions) {
    this.#server = createServer({ requestTimeout: 30_000, headersTimeout: 10_000 }, (request, response) => {
      void this.#serve(request, response);
    });
    this.#server.maxConnections = MAX_CONNECTIONS;
  }

  /** @throws what `listen` does, such as EADDRINUSE */
  static async start(options: OtlpReceiverOptions): Promise<OtlpReceiver> {
    const receiver = new OtlpReceiver(options);
    receiver.#server.listen(options.port, options.host);
    await once(receiver.#server, 'listening');
    return receiver;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** What came in since this was asked last. */
  take(): SpanCalls {
    const taken = { calls: this.#calls, damaged: this.#damaged, damage: this.#damage };
    this.#calls = [];
    this.#damaged = 0;
    this.#damage = null;
    return taken;
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== 'POST' || request.url?.split('?')[0] !== '/v1/traces') {
      return refuse(response, 404, 'POST /v1/traces is all there is');
    }
    // A refusal that asks to come again loses nothing; the sender has the spans still.
    if (this.#calls.length >= (this.options.maxCalls ?? MAX_CALLS) || this.#underway >= MAX_EXPORTS_AT_ONCE) {
      return refuse(response.setHeader('retry-after', '1'), 503, 'there is more waiting than can be kept');
    }
    this.#underway += 1;
    try {
      const found = await this.#read(request);
      this.#keep(found);
      answer(response, 200, found.damaged === 0 ? {} : partial(found));
    } catch (error) {
      // A sender that went away in the middle was not told that anything was taken.
      if (request.errored) return;
      if (!(error instanceof RefusedExport)) throw error;
      this.#keep({ calls: [], damaged: 1, damage: `an export ${error.message}` });
      refuse(response, error.status, error.message);
    } finally {
      this.#underway -= 1;
    }
  }

  async #read(request: IncomingMessage): Promise<SpanCalls> {
    const [type = ''] = (request.headers['content-type'] ?? '').split(';');
    if (type.trim().toLowerCase() !== JSON_TYPE) {
      throw new RefusedExport(
        415,
        `is ${type || 'of no type'}; only OTLP as JSON is taken (OTEL_EXPORTER_OTLP_PROTOCOL=http/json)`,
      );
    }
    const body = await readBody(request, this.options.maxBytes ?? MAX_BYTES);
    return callsIn(parse(body), this.options.tags());
  }

  #keep({ calls, damaged, damage }: SpanCalls): void {
    for (const call of calls) this.#calls.push(call);
    this.#damaged += damaged;
    this.#damage ??= damage;
  }
}

function parse(body: Buffer): ExportRequest {
  let json: unknown;
  try {
    json = JSON.parse(body.toString('utf8'));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new RefusedExport(400, 'is no JSON');
  }
  const parsed = ExportRequest.safeParse(json);
  if (!parsed.success) throw new RefusedExport(400, 'is no export of spans');
  return parsed.data;
}

/** OTLP's way to say that the rest was taken. */
function partial({ damaged, damage }: SpanCalls): object {
  return { partialSuccess: { rejectedSpans: String(damaged), errorMessage: damage } };
}

function refuse(response: ServerResponse, status: number, message: string): void {
  // What is left of the body is not read; the connection cannot be used again.
  response.setHeader('connection', 'close');
  answer(response, status, { message });
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': JSON_TYPE }).end(JSON.stringify(body));
}
