export { CallRecord } from './calls/call-record.js';
export { RouterError, type RouterErrorCode } from './errors.js';
export type { RouterOptions, SideCounts, TrafficObservation, TrafficRouter } from './port.js';
