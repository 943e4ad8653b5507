export { type Clock, iso, type SteadyClock, systemClock } from './clock.js';
export { commitAll } from './commit-all.js';
export { ConfigurationFile } from './configurations/configuration-file.js';
export { ConfigurationFollower } from './configurations/configuration-follower.js';
export { eventId, sha256 } from './event-identity.js';
export { KeyedQueue } from './keyed-queue.js';
export { readOn } from './leases/read-on.js';
export { SOLE, type Tenure, type Which } from './leases/tenure.js';
export { RELEASE_PARTITIONS, TENURE, tenureProvider } from './leases/tenure-provider.js';
export { pause } from './pause.js';
export { Contention } from './releases/contention.js';
export { type Orderer, type Outcome, ReleaseBook } from './releases/release-book.js';
export { ReleaseFile } from './releases/release-file.js';
export { ReleaseFollower } from './releases/release-follower.js';
export { answerOf, ordererOf } from './releases/replies.js';
export { natsFiles, Place, parseConfig, ServiceConfig } from './service/config.js';
export { dieWith } from './service/fatal.js';
export { createLogger, type Logger, NestLog } from './service/logging.js';
export { main, runService } from './service/run-service.js';
export { CLOCK, CONFIG, EVENT_STORE, LOGGER, METRICS, ServiceModule } from './service/service-module.js';
export {
  attributesOf,
  causedBy,
  errorCode,
  failSpan,
  inSpan,
  outsideTraces,
  partOf,
} from './tracing/in-span.js';
export { activeTrace, spanContextOf } from './tracing/trace-context.js';
export { TracedAsking } from './tracing/traced-asking.js';
export { Tracing } from './tracing/tracing.js';
export { untilStored } from './until-stored.js';
