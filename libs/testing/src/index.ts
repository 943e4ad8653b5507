export { makeCertificates } from './certificates.js';
export { type EventLog, eventStoreContract } from './event-store-contract.js';
export { FileFleet, type Run } from './file-fleet.js';
export { freePorts } from './free-ports.js';
export {
  checkHaproxyConfiguration,
  describeWithHaproxy,
  type Haproxy,
  startHaproxy,
} from './haproxy.js';
export { installedProgram } from './installed-program.js';
export { KurrentDbServer } from './kurrentdb-server.js';
export { type NatsServer, startNats } from './nats.js';
export { describeWithNginx, NginxServer } from './nginx.js';
export { describeWithPostgres, PostgresServer } from './postgres-server.js';
export { ServerProcess } from './server-process.js';
export { ServiceStack } from './service-stack.js';
export { type CollectedSpan, SpanCollector } from './span-collector.js';
export { TcpProxy } from './tcp-proxy.js';
export {
  driveTraffic,
  type Marks,
  requestOnce,
  type SideTally,
  type TrafficLoad,
  type TrafficTally,
} from './traffic-load/drive-traffic.js';
export { HELD_PATH, type Side, SideServer } from './traffic-load/side-server.js';
export { expectDivision, expectNoLossByChanges, type Steered, steer } from './traffic-load/trials.js';
export { binomialInterval, dividedUsers, stagingUsers } from './traffic-load/verdicts.js';
export {
  type HeldRequest,
  type RouterHarness,
  routerErrorOf,
  trafficRouterContract,
} from './traffic-router-contract.js';
export { type UnitDriverHarness, unitDriverContract } from './unit-driver-contract.js';
export { until } from './until.js';
