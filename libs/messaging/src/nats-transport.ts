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

/** For whoever asks. */
export function natsClient({ url, name, files }: Connection): NatsOptions {
  return {
    transport: Transport.NATS,
    options: {
      ...serviceConnection(url, name, files),
      name,
      serializer,
      deserializer: responseDeserializer,
      ...PATIENT,
    },
  };
}
