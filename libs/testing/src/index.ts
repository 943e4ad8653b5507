export { type EventLog, eventStoreContract } from './event-store-contract.js';
export { FileFleet, type Run } from './file-fleet.js';
export { type NatsServer, startNats } from './nats.js';
export { TcpProxy } from './tcp-proxy.js';
export { type UnitDriverHarness, unitDriverContract } from './unit-driver-contract.js';
