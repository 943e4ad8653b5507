import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { ServiceConfig } from '#runtime';
import { built, describeWithKubectl } from './kustomize.spec-support.js';
import type { Manifest } from './manifest.spec-support.js';
import { PROVIDED_CONFIG, PROVIDED_SECRETS, SERVICES } from './provided.spec-support.js';
import {
  configMapsOf,
  isA,
  isWorkload,
  nameOf,
  podSelectorsOf,
  portsOf,
  secretsOf,
  selected,
} from './references.spec-support.js';

const ROOT = join(import.meta.dirname, '../..');
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
/** Each with the pods that may speak to the API server there. */
const FOLDERS: Readonly<Record<string, readonly string[]>> = {
  'overlays/nats': [],
  'overlays/kurrentdb': [],
  'examples/gateway-api': ['sluice-executor', 'sluice-observer'],
  'examples/kubernetes-driver': ['sluice-executor'],
  'examples/prometheus-operator': [],
};

describeWithKubectl('the manifests of deploy/kubernetes', () => {
  describe.each(Object.entries(FOLDERS))('%s', (folder, speakers) => {
    let manifests: Manifest[];
    beforeAll(() => {
      manifests = built(folder);
    });
    const names = <Kind extends Manifest['kind']>(kind: Kind) =>
      manifests.filter(isA(kind)).map(({ metadata }) => metadata.name);

    it('has every object once, in the namespace of Sluice unless it is a right in another', () => {
      const all = manifests.map((manifest) => `${nameOf(manifest)} ${manifest.metadata.namespace}`);
      expect(new Set(all).size).toBe(all.length);
      const elsewhere = manifests.filter(
        ({ kind, metadata }) => kind !== 'Namespace' && metadata.namespace !== 'sluice',
      );
      expect(new Set(elsewhere.map(({ kind }) => kind.startsWith('Role')))).toEqual(
        new Set(speakers.length > 0 ? [true] : []),
      );
    });

    it('runs every service by a program that there is, in the image of this version', () => {
      const pods = selected(manifests, { 'app.kubernetes.io/part-of': 'sluice' });
      const containers = pods.map(({ spec }) => spec.containers[0]).filter(({ image }) => image.startsWith('sluice:'));
      expect(containers.map(({ name }) => name).sort()).toEqual([...SERVICES].sort());
      for (const { image, args } of containers) {
        expect(image).toBe(`sluice:${version}`);
        const source = args?.[0]?.replace(/^dist\//, '').replace(/\.js$/, '.ts') ?? '';
        expect({ source, isThere: existsSync(join(ROOT, source)) }).toEqual({ source, isThere: true });
      }
    });

    it('gives services settings that they take', () => {
      const settings = manifests
        .filter(isA('ConfigMap'))
        .find(({ metadata }) => metadata.name.startsWith('sluice-settings'));
      expect(ServiceConfig.safeParse(settings?.data).error).toBeUndefined();
    });

    it('means pods that there are, wherever it selects some', () => {
      for (const manifest of manifests) {
        for (const labels of podSelectorsOf(manifest)) {
          expect({ by: nameOf(manifest), labels, pods: selected(manifests, labels).length }).not.toMatchObject({
            pods: 0,
          });
        }
      }
    });

    it('names ports that its pods listen on', () => {
      for (const { metadata, spec } of manifests.filter(isA('Service'))) {
        const listening = selected(manifests, spec.selector).flatMap(portsOf);
        const missing = (spec.ports ?? []).filter(
          ({ targetPort }) => !listening.some(({ name }) => name === targetPort),
        );
        expect({ service: metadata.name, missing }).toEqual({ service: metadata.name, missing: [] });
      }
      for (const { spec } of manifests.filter(isWorkload)) {
        const [{ startupProbe, readinessProbe, livenessProbe }] = spec.template.spec.containers;
        for (const probe of [startupProbe, readinessProbe, livenessProbe]) {
          if (probe) expect(portsOf(spec.template).map(({ name }) => name)).toContain(probe.httpGet.port);
        }
      }
    });

    it('asks each service itself whether it takes part, and ends none for what is away', () => {
      const settings = manifests.filter(isA('ConfigMap')).find(({ metadata }) => metadata.name.startsWith('sluice-s'));
      const operations = Number(settings?.data.OPERATIONS?.split(':')[1]);
      for (const service of SERVICES) {
        const [pod] = selected(manifests, { 'app.kubernetes.io/name': `sluice-${service}` });
        if (!pod) throw new Error(`there is no ${service}`);
        const [{ startupProbe, readinessProbe, livenessProbe }] = pod.spec.containers;
        const [port, ready] = service === 'gateway' ? ['http', '/healthz'] : ['operations', '/readyz'];
        expect({ service, ready: readinessProbe?.httpGet }).toEqual({ service, ready: { path: ready, port } });
        expect({ service, started: startupProbe?.httpGet }).toEqual({ service, started: { path: ready, port } });
        expect({ service, alive: livenessProbe?.httpGet }).toEqual({ service, alive: { path: '/healthz', port } });
        const listens = portsOf(pod).find(({ name }) => name === port)?.containerPort;
        expect({ service, listens }).toEqual({ service, listens: service === 'gateway' ? 7070 : operations });
      }
    });

    it('lets monitoring in at every port that has figures', () => {
      const inward = manifests
        .filter(isA('NetworkPolicy'))
        .flatMap((policy) => (policy.spec.ingress ?? []).map((rule) => ({ policy, ...rule })))
        .filter(({ from }) => from.some((peer) => peer.namespaceSelector?.matchLabels['sluice-monitoring']));
      for (const service of SERVICES) {
        const labels = { 'app.kubernetes.io/name': `sluice-${service}` };
        const [pod] = selected(manifests, labels);
        const rules = inward.filter(({ policy }) => pod && isMeant(policy, pod.metadata.labels));
        const open = rules.flatMap(({ ports = [] }) => ports.map(({ port }) => port));
        const listening = pod ? portsOf(pod).map(({ containerPort }) => containerPort) : [];
        expect({ service, open }).toMatchObject({ service, open: expect.arrayContaining(listening) });
      }
    });

    it('lets traffic in only at ports that pods listen on, and out to pods that let it in there', () => {
      const policies = manifests.filter(isA('NetworkPolicy'));
      for (const { metadata, spec } of policies) {
        const own = selected(manifests, spec.podSelector.matchLabels ?? {}).flatMap(portsOf);
        for (const { port } of (spec.ingress ?? []).flatMap(({ ports = [] }) => ports)) {
          expect({ policy: metadata.name, ports: own.map((one) => one.containerPort) }).toMatchObject({
            ports: expect.arrayContaining([port]),
          });
        }
        for (const { to = [], ports = [] } of spec.egress ?? []) {
          const peers = to.flatMap((peer) => (peer.namespaceSelector ? [] : (peer.podSelector ?? [])));
          const labels = peers.map(({ matchLabels }) => matchLabels);
          const doors = labels.flatMap((wanted) =>
            policies.filter((policy) =>
              selected(manifests, wanted).some((pod) => isMeant(policy, pod.metadata.labels)),
            ),
          );
          const open = doors.flatMap((door) => (door.spec.ingress ?? []).flatMap((rule) => rule.ports ?? []));
          if (labels.length > 0) {
            expect({ policy: metadata.name, open }).toMatchObject({ open: expect.arrayContaining(ports) });
          }
        }
      }
    });

    it('denies what nothing allows', () => {
      const all = manifests.filter(isA('NetworkPolicy')).find(({ metadata }) => metadata.name === 'nothing-else');
      expect(all?.spec).toEqual({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
    });

    it('refers to config maps, secrets and accounts that are there, or that the guide asks for', () => {
      for (const manifest of manifests.filter(isWorkload)) {
        const pod = manifest.spec.template;
        const missing = [
          ...configMapsOf(pod).filter((name) => ![...names('ConfigMap'), ...PROVIDED_CONFIG].includes(name)),
          ...secretsOf(pod).filter((name) => !PROVIDED_SECRETS.includes(name)),
          ...[pod.spec.serviceAccountName].filter((name) => !names('ServiceAccount').includes(name)),
        ];
        expect({ of: nameOf(manifest), missing }).toEqual({ of: nameOf(manifest), missing: [] });
      }
      for (const { subjects, roleRef, metadata } of manifests.filter(isA('RoleBinding'))) {
        for (const { name } of subjects) expect(names('ServiceAccount')).toContain(name);
        const roles = manifests.filter(isA('Role')).filter((role) => role.metadata.namespace === metadata.namespace);
        expect(roles.map((role) => role.metadata.name)).toContain(roleRef.name);
      }
      for (const { metadata, spec } of manifests.filter(isA('StatefulSet'))) {
        expect({ of: metadata.name, services: names('Service') }).toMatchObject({
          services: expect.arrayContaining([spec.serviceName]),
        });
      }
    });

    it('mounts what it has, and has nothing that it does not mount', () => {
      for (const manifest of manifests.filter(isWorkload)) {
        const { containers, volumes } = manifest.spec.template.spec;
        const claims = manifest.kind === 'StatefulSet' ? manifest.spec.volumeClaimTemplates : [];
        const there = [...volumes.map(({ name }) => name), ...claims.map(({ metadata }) => metadata.name)];
        expect(containers[0].volumeMounts.map(({ name }) => name).sort()).toEqual(there.sort());
      }
    });

    it('keeps the token of the API server from every pod that has no use for it', () => {
      const holders = manifests
        .filter(isWorkload)
        .filter(({ spec }) => spec.template.spec.automountServiceAccountToken)
        .map(({ metadata }) => metadata.name);
      expect(holders.sort()).toEqual(speakers);
    });
  });

  it('puts the log of every service on KurrentDB with the overlay of that name, and of none with the other', () => {
    const withStore = (folder: string) =>
      built(folder)
        .filter(isWorkload)
        .filter(({ spec }) => secretsOf(spec.template).includes('sluice-event-store/EVENT_STORE_URL'))
        .map(({ metadata }) => metadata.name.replace('sluice-', ''));
    expect(withStore('overlays/kurrentdb').sort()).toEqual([...SERVICES].sort());
    expect(withStore('overlays/nats')).toEqual([]);
  });

  it('has every port with figures scraped by the Prometheus Operator, where that is wanted', () => {
    const manifests = built('examples/prometheus-operator');
    const [monitor, ...more] = manifests.filter(isA('PodMonitor'));
    const scraped = selected(manifests, monitor?.spec.selector.matchLabels ?? {}).flatMap(portsOf);
    expect(new Set(monitor?.spec.podMetricsEndpoints.map(({ port }) => port))).toEqual(
      new Set(scraped.map(({ name }) => name)),
    );
    expect([scraped.length, more]).toEqual([SERVICES.length, []]);
    expect(built('overlays/nats').filter(isA('PodMonitor'))).toEqual([]);
  });

  it('lets the executor change workloads where the units are, and make, delete or read nothing else', () => {
    const roles = built('examples/kubernetes-driver').filter(isA('Role'));
    const allowed = roles.flatMap(({ rules }) =>
      rules.flatMap(({ resources, verbs }) => resources.flatMap((kind) => verbs.map((verb) => `${verb} ${kind}`))),
    );
    const kinds = (verb: string) =>
      allowed.flatMap((right) => (right.startsWith(`${verb} `) ? right.split(' ')[1] : []));
    expect(kinds('patch')).toEqual(['deployments', 'statefulsets']);
    for (const verb of ['get', 'list', 'watch']) expect(kinds(verb)).toEqual(['deployments', 'statefulsets', 'pods']);
    expect(roles.map(({ metadata }) => metadata.namespace)).toEqual(['checkout']);
  });

  it('lets the executor change one route, and lets the observer only look', () => {
    const roles = built('examples/gateway-api').filter(isA('Role'));
    const changing = roles.filter(({ rules }) => rules.some(({ verbs }) => verbs.includes('patch')));
    expect(changing.map(({ metadata }) => metadata.name)).toEqual(['sluice-changes-route']);
    for (const { rules } of roles) {
      for (const { resources, resourceNames } of rules) {
        expect(resources.includes('httproutes')).toBe(resourceNames !== undefined);
      }
    }
  });
});

function isMeant(policy: Extract<Manifest, { kind: 'NetworkPolicy' }>, labels: Record<string, string>): boolean {
  const wanted = Object.entries(policy.spec.podSelector.matchLabels ?? {});
  return wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value);
}
