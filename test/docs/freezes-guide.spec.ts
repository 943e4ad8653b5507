import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import {
  DEFAULT_POLICY,
  FreezeScope,
  FreezeWindowSpec,
  freezesAbout,
  plan,
  Release,
  readFreezeWindow,
  readRelease,
  readTopology,
  timetable,
} from '#domain';

const GUIDES = join(import.meta.dirname, '../../docs/guides');
const GUIDE = readFileSync(join(GUIDES, 'freezes.md'), 'utf8');
const [WINDOW = '', EMERGENCY = ''] = [...GUIDE.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = '']) => text);

function example(name: string): string {
  return readFileSync(join(GUIDES, 'examples', name), 'utf8');
}

function documents() {
  const release = readRelease(example('release.yaml').replace('risk: standard', 'risk: high'), 'release.yaml');
  const topology = readTopology(example('topology.yaml'), 'topology.yaml');
  const window = readFreezeWindow(example('freeze-window.yaml'), 'freeze-window.yaml');
  if (!release.ok || !topology.ok || !window.ok) throw new Error(JSON.stringify({ release, topology, window }));
  return { release: release.value, topology: topology.value, window: window.value };
}

describe('the guide to freezes', () => {
  it('shows the window of the example as it is', () => {
    expect(WINDOW).toBe(example('freeze-window.yaml'));
  });

  it('shows a window that the release of the example goes around, in the clusters that it is about', () => {
    const { release, topology, window } = documents();
    const planned = plan(release, topology, DEFAULT_POLICY);
    if (!planned.ok) throw new Error(JSON.stringify(planned));
    const freezes = freezesAbout([window], release.spec, [topology]);
    const friday = Date.parse('2026-01-09T17:50:00+01:00');
    const monday = '2026-01-12T07:00:00.000Z';
    const { waves } = timetable(planned.plan, friday, freezes);
    expect(waves[0]).toEqual({
      wave: 1,
      opensAt: monday,
      overAt: '2026-01-12T07:20:00.000Z',
      waits: { window: 'weekend', until: monday },
    });
    expect(waves.slice(1).every(({ waits }) => waits === undefined)).toBe(true);
    expect(freezesAbout([window], { ...release.spec, risk: 'standard' }, [topology])).toEqual([]);
  });

  it('shows how a release says that it is an emergency, and what that comes to', () => {
    const { release, topology } = documents();
    const [, field = ''] = /^ {2}(\w+): true\n$/.exec(EMERGENCY) ?? [];
    const emergency = Release.parse({ ...release, spec: { ...release.spec, [field]: true } });
    expect(plan(emergency, topology, DEFAULT_POLICY)).toMatchObject({
      ok: true,
      plan: { approval: { level: 'director', because: expect.arrayContaining(['FRZ-1']) } },
    });
    expect(GUIDE).toContain('FRZ-1');
  });

  it.each([
    ['a freeze window', FreezeWindowSpec.shape],
    ['its scope', FreezeScope.shape],
  ])('names every field of %s', (_, shape) => {
    expect(Object.keys(shape).filter((field) => !GUIDE.includes(`| \`${field}\` |`))).toEqual([]);
  });

  it('is right about what is refused', () => {
    const variant = (recurrence: string, duration: string) =>
      readFreezeWindow(
        example('freeze-window.yaml')
          .replace(/WEEKLY;BYDAY=FR/, recurrence)
          .replace('62h', duration),
        'w',
      );
    const [, never = ''] = /never comes \(`(.*?)`\)/.exec(GUIDE) ?? [];
    expect(variant(`YEARLY;${never}`, '1h').ok).toBe(false);
    expect(variant('DAILY', '1d').ok).toBe(false);
  });

  it('links only to what is there', () => {
    const targets = [...GUIDE.matchAll(/\]\((?!http)([^)#]+)[^)]*\)/g)].map(([, target = '']) => target);
    expect(targets.filter((target) => !existsSync(join(GUIDES, target)))).toEqual([]);
  });
});
