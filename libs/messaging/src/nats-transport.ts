import { headers, type MsgHdrs } from '@nats-io/transport-node';
import {
  type Deserializer,
  IncomingRequestDeserializer,
  IncomingResponseDeserializer,
  type NatsOptions,
  type Serializer,
  Transport,
} from '@nestjs/microservices';
import { type NatsFiles, serviceConnection } from '#event-store';
import { decode, encode } from './codec.js';

interface NatsMessage {
  readonly data: Uint8Array;
}

const serializer: Serializer = { serialize: (packet: unknown) => ({ data: encode(packet) }) };

/** What goes along with a question beside it, as NATS headers: the trace that it is part of, say. */
export type Alongside = () => Readonly<Record<string, string>> | undefined;

function serializerWith(alongside: Alongside): Serializer {
  return { serialize: (packet: unknown) => ({ data: encode(packet), headers: natsHeaders(alongside()) }) };
}

function natsHeaders(values: ReturnType<Alongside>): MsgHdrs | undefined {
  if (!values) return undefined;
  const made = headers();
  for (const [name, value] of Object.entries(values)) made.set(name, value);
  return made;
}

const requests = new IncomingRequestDeserializer();
const requestDeserializer: Deserializer = {
  deserialize: (message: NatsMessage, options?: Record<string, unknown>) =>
    requests.deserialize(decode(message.data), options),
};

const responses = new IncomingResponseDeserializer();
const responseDeserializer: Deserializer = {
  deserialize: (message: NatsMessage, options?: Record<string, unknown>) =>
    responses.deserialize(decode(message.data), options),
};

interface Connection {
  readonly url: string;
  /** Shown by the server: which service this is. */
  readonly name: string;
  /** Who it is and whom it trusts, where that does not stand in the URL. */
  readonly files?: NatsFiles;
}

/** Never give up: a server that comes back is found again within a second or two. */
const PATIENT = { maxReconnectAttempts: -1, reconnectTimeWait: 500 };

/** For a service that answers. Replicas share a queue, so that each request is answered once. */
export function natsServer({ url, name, files }: Connection): NatsOptions {
  return {
    transport: Transport.NATS,
    options: {
      ...serviceConnection(url, name, files),
      name,
      queue: name,
      serializer,
      deserializer: requestDeserializer,
      waitOnFirstConnect: true,
      ...PATIENT,
    },
  };
}

/** For whoever asks. @param alongside is asked again for each question */
export function natsClient({ url, name, files }: Connection, alongside: Alongside = () => undefined): NatsOptions {
  return {
    transport: Transport.NATS,
    options: {
      ...serviceConnection(url, name, files),
      name,
      serializer: serializerWith(alongside),
      deserializer: responseDeserializer,
      ...PATIENT,
    },
  };
}
