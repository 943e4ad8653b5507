export { canonicalJson } from './canonical-json.js';
export { MAX_CHECKPOINT_BYTES } from './checkpoint.js';
export { MAX_COMMIT_BYTES, MAX_EVENT_BYTES, MAX_EVENTS_PER_COMMIT } from './commit.js';
export * from './errors.js';
export {
  EMPTY_HEAD,
  GENESIS_HASH,
  hashOf,
  type SealedEvent,
  type StreamHead,
  seal,
} from './hash-chain.js';
export type { NatsFiles } from './jetstream/nats-files.js';
export { serviceConnection } from './jetstream/nats-url.js';
export { JetStreamEventStore, type JetStreamOptions } from './jetstream.js';
export { MemoryEventStore, MemoryLog } from './memory.js';
export { type OpenOptions, openEventStore } from './open.js';
export * from './port.js';
export { categoryOf, parseStreamName, type StreamName } from './stream-name.js';
export { check, type Fault, type FaultKind, type Verification, verifyStream } from './verify.js';
