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
const FOLDERS = ['overlays/nats', 'overlays/kurrentdb', 'examples/gateway-api'];

describeWithKubectl('the manifests of deploy/kubernetes', () => {
  describe.each(FOLDERS)('%s', (folder) => {
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
        new Set(folder === 'examples/gateway-api' ? [true] : []),
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
      expect(holders.sort()).toEqual(folder === 'examples/gateway-api' ? ['sluice-executor', 'sluice-observer'] : []);
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
