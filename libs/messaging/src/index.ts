export { asked, type ErrorMapping, knownProblem, ProblemReplies } from './answering.js';
export { Asking } from './asking.js';
export { decode, encode } from './codec.js';
export { CommandMeta, type Contract, type ReplyOf, type RequestOf } from './contract.js';
export * from './contracts.js';
export { natsClient, natsServer } from './nats-transport.js';
export * from './problem.js';
