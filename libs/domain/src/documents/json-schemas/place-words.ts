import { EnvironmentSpec, InternalTraffic, StackService, Tag, Upstream } from '../environment/environment.js';
import { GatewayApiRouter } from '../environment/gateway-api-router.js';
import { HaproxyRouter } from '../environment/haproxy-router.js';
import { NginxRouter } from '../environment/nginx-router.js';
import { Router } from '../environment/router.js';
import { Cluster, Drivers, ExecDriver, TopologySpec, Unit } from '../topology.js';
import { type FieldWords, wordsOn } from './field-words.js';

export const PLACE_WORDS: readonly FieldWords[] = [
  wordsOn(TopologySpec, {
    drivers: 'How the units are reached.',
    clusters: 'A tree with units as leaves. Names of clusters and ids of units are unique over all of it.',
  }),
  wordsOn(Cluster, {
    name: 'Unique over the whole topology.',
    kind: 'unit, region, data-center, zone, vpc, cluster, group, or a name of your own.',
    labels: 'For selectors: { tier: web }.',
    clusters: 'The clusters within this one.',
    units: 'Its own units.',
  }),
  wordsOn(Unit, {
    id: 'Unique over the whole topology.',
    driver: 'What changes it.',
    address: 'host:port at which it answers HTTP: metrics, files, logs.',
    labels: 'The exec driver hands them over as SLUICE_LABEL_<NAME>.',
  }),
  wordsOn(Drivers, { exec: 'A command per unit: a script, ssh, a tool.' }),
  wordsOn(ExecDriver, {
    inspect: 'Prints {"version": "2.4.0" | null, "healthy": true | false}.',
    deploy: 'Brings the unit to SLUICE_VERSION.',
    rollback: 'Brings the unit back to SLUICE_VERSION; deploy when absent.',
    inspectTimeout: 'For inspect; the others have the unitTimeout of the release.',
  }),
  wordsOn(EnvironmentSpec, {
    drivers: 'How its units are reached.',
    services: 'A copy of the stack, with its own units.',
    entry: 'The service that clients come in by; the first one unless said otherwise.',
    router: 'What divides the traffic: exactly one of haproxy, nginx, gatewayApi.',
    internal: 'What counts as internal traffic.',
    networks: "Where the environment's units live.",
    tag: 'What travels with every request through the stack.',
    upstreams: 'All that the stack may call beside itself; any other call is a leak.',
    calls: 'Where its calls can be read.',
    ignore: 'Paths that are no calls between services.',
  }),
  wordsOn(StackService, {
    name: 'The name by which others of the stack call it.',
    units: 'Its units in this environment, each with an address.',
    calls: 'Every service of the stack and every upstream that it calls.',
    probe: 'A path of this service that makes its calls happen.',
    health: 'Answers 2xx when a unit is ready.',
    production: 'Units of the same service in production, for generated configuration.',
    listen: "The router's internal listeners, for generated configuration.",
  }),
  wordsOn(Upstream, {
    name: 'The name by which services call it.',
    addresses: 'host:port of each of its places.',
    access: 'Shared, and read only.',
  }),
  wordsOn(InternalTraffic, {
    networks: 'It comes from one of these networks.',
    headers: 'Or it carries one of these headers.',
  }),
  wordsOn(Tag, { baggage: 'A member of the W3C baggage, key=value.', header: 'A header with the same value.' }),
  wordsOn(Router, {
    sticky: 'By what a user is told from others, so that everyone stays on one side.',
    haproxy: 'HAProxy, steered through its Runtime API.',
    nginx: 'nginx, steered by a generated file and a reload.',
    gatewayApi: 'A Gateway API implementation, steered through an HTTPRoute.',
  }),
  wordsOn(HaproxyRouter, {
    admin: 'Its admin socket: the path of a Unix socket, or host:port.',
    map: 'The map file that holds the shares.',
    listen: 'Where clients come in, for the generated configuration.',
    log: 'A syslog server to send call records to; standard output when absent.',
  }),
  wordsOn(NginxRouter, {
    split: 'The generated file that holds the split; nginx includes it.',
    test: 'Checks the configuration: [nginx, -t].',
    reload: 'Makes nginx read it again: [nginx, -s, reload].',
    status: 'Where nginx says, on this host only, by which split it divides.',
    log: 'The access log, one call record a line.',
    listen: 'Where clients come in, for the generated configuration.',
  }),
  wordsOn(GatewayApiRouter, {
    api: 'The API server.',
    namespace: 'The namespace of the route.',
    route: 'The HTTPRoute whose rules are taken over.',
    gateway: 'The Gateway that the route hangs from.',
    gatewayNamespace: "The namespace of the Gateway; the route's unless said otherwise.",
    proxyNamespace: "Where the Gateway's proxies run; its own namespace unless said otherwise.",
    production: 'The service that stands for production.',
    staging: 'The service that stands for staging.',
    settle: 'How long requests under way to staging are given to end.',
    pods: "What tells the environment's pods from others in the namespace of staging.",
    tokenFile: 'The token of a service account; it is read anew for each request.',
    caFile: 'The CA of the API server.',
  }),
];
