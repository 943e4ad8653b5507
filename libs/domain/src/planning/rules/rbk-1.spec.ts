import { describe, expect, it } from '@jest/globals';
import { environmentOf } from '../documents.spec-support.js';
import { batch, factsAbout } from '../facts.spec-support.js';
import { EXEC, patchesOf, STAGING } from './plans.spec-support.js';
import { rbk1 } from './rbk-1.js';

describe('RBK-1: every unit can be rolled back', () => {
  it('is kept by exec with its commands', () => {
    expect(rbk1(factsAbout([batch('a.1', 1, 3)]))).toEqual([]);
  });

  it('is broken by exec without commands', () => {
    const [finding] = rbk1(factsAbout([batch('a.1', 1, 3)], { drivers: {} }));
    expect(finding).toMatchObject({ rule: 'RBK-1', severity: 'block', batch: null });
    expect(finding?.message).toContain('3 units (a.1-1, …)');
  });

  it('is broken by one unit with a driver that does not exist', () => {
    const [finding, ...others] = rbk1(factsAbout([batch('a.1', 1, 1), batch('a.2', 2, 1, '10m', 'teleport')]));
    expect(others).toEqual([]);
    expect(finding?.message).toBe('1 unit (a.2-1) could not be rolled back: there is no driver teleport');
  });

  describe('in staging', () => {
    const batches = [batch('a.1', 1, 1)];
    const spec = { staging: { environment: 'checkout-staging' } };
    const exec = { inspect: ['true'], deploy: ['true'] };

    it('is kept by the drivers of the environment, or by those of the topology when it has none', () => {
      const environment = environmentOf(2);
      expect(rbk1(factsAbout(batches, { spec, environment }))).toEqual([]);
      const own = environmentOf(2, { drivers: { exec } });
      expect(rbk1(factsAbout([], { spec, environment: own, drivers: {} }))).toEqual([]);
    });

    it('is broken when the environment has drivers of its own, but not this one', () => {
      const [finding, ...others] = rbk1(factsAbout(batches, { spec, environment: environmentOf(2, { drivers: {} }) }));
      expect(others).toEqual([]);
      expect(finding?.message).toContain('2 units (staging-1, …)');
    });

    it('is not looked at without the environment', () => {
      expect(rbk1(factsAbout(batches, { spec }))).toEqual([]);
    });
  });

  it('is put right by commands that the owner of the topology fills in', () => {
    const [patch] = patchesOf({ topology: ({ clusters }) => ({ clusters }) }, 'RBK-1');
    expect(patch).toBe(
      'topology add /spec/drivers {exec: {inspect: [/path/to/inspect], deploy: [/path/to/deploy]}}; fill in /spec/drivers/exec/inspect, /spec/drivers/exec/deploy',
    );
  });

  it('is put right by exec for each unit that has another driver', () => {
    const units = ['exec', 'teleport', 'teleport'].map((driver, i) => ({ id: `a-${i}`, driver }));
    const topology = () => ({ drivers: EXEC, clusters: [{ name: 'a', kind: 'zone', units }] });
    expect(patchesOf({ topology }, 'RBK-1')).toEqual([
      'topology add /spec/clusters/0/units/1/driver exec, add /spec/clusters/0/units/2/driver exec',
    ]);
    const bare = () => ({ clusters: topology().clusters });
    const [, driven] = patchesOf({ topology: bare }, 'RBK-1');
    expect(driven).toMatch(
      /^topology add \/spec\/drivers .*, add \/spec\/clusters\/0\/units\/1\/driver exec, .*; fill in/,
    );
  });

  it('is put right in staging by the drivers of the topology, where it has some', () => {
    const staging = { spec: { staging: STAGING }, environment: { drivers: {} } };
    expect(patchesOf(staging, 'RBK-1')).toEqual(['environment remove /spec/drivers']);
    const [own] = patchesOf({ ...staging, topology: ({ clusters }) => ({ clusters }) }, 'RBK-1');
    expect(own).toMatch(/^environment add \/spec\/drivers \{exec: .*; fill in /);
  });
});
