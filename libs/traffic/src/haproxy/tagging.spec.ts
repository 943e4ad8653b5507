import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { describeWithHaproxy, steer } from '#testing';
import { HaproxyStage } from './spec/haproxy-stage.js';
import { get } from './spec/raw-request.js';

const STAFF = 'x-staff: yes';
const TAG_HEADER = 'x-sluice-env: staging';

describeWithHaproxy('the tag, through HAProxy', () => {
  let stage: HaproxyStage;
  let edge: number;
  let fromStaging: number;
  let fromProduction: number;

  beforeAll(async () => {
    stage = await HaproxyStage.start((places) => {
      fromStaging = portOf(places.fromStaging);
      fromProduction = portOf(places.fromProduction);
      return { service: { listen: { staging: places.fromStaging, production: places.fromProduction } } };
    });
    edge = portOf(stage.url);
  });
  afterAll(() => stage.stop());
  beforeEach(async () => {
    stage.staging.latest = {};
    stage.production.latest = {};
    stage.staging.ready = true;
    await stage.untilChecked('L7OK');
    await steer(stage, '0%', '0%');
  });

  const tagsOf = ({ baggage, 'x-sluice-env': tag }: HaproxyStage['staging']['latest']) => ({ baggage, tag });
  const untagged = { tag: undefined };
  const unready = async () => {
    stage.staging.ready = false;
    await stage.untilChecked('L7STS');
  };

  it.each([
    [['baggage: sluice.env=staging'], undefined],
    [['baggage: sluice.env=staging,a=1'], 'a=1'],
    [['baggage: a=1,sluice.env=staging'], 'a=1'],
    [['baggage: a=1 , \t sluice.env = staging;p=1 ,b=2;q=3'], 'a=1 ,b=2;q=3'],
    [['baggage: sluice.env=staging,sluice.env=staging,sluice.env=staging,,a=1,'], 'a=1'],
    [['baggage: a=1', 'Baggage: sluice.env=staging', 'BAGGAGE: b=2'], 'a=1,b=2'],
    [['baggage: sluice.env=anything,a=1'], 'a=1'],
    [['baggage: sluice%2Eenv=staging,a=1'], 'a=1'],
    [['baggage: %73luice%2eenv=staging,a=1'], 'a=1'],
    [['baggage: \xa0sluice.env=staging,a=1'], 'a=1'],
    [['baggage: xsluice.env=1,sluice.envy=2,sluiceXenv=3'], 'xsluice.env=1,sluice.envy=2,sluiceXenv=3'],
    [['baggage: a=b%2Csluice.env=staging'], 'a=b%2Csluice.env=staging'],
    [
      ['baggage: a=1', 'baggage: b=2', 'baggage: c=3', 'baggage: d=4', 'baggage: sluice.env=staging'],
      'a=1,b=2,c=3,d=4',
    ],
  ])('is taken off a client, who keeps the rest: %j', async (baggage, left) => {
    expect(await get(edge, '/', [...baggage, TAG_HEADER, 'X-Sluice-Env: other'])).toBe(200);
    expect(tagsOf(stage.production.latest)).toEqual({ baggage: left, ...untagged });
    expect(stage.staging.latest).toEqual({});
  });

  it('is put on everything that goes to staging, beside what is there', async () => {
    await steer(stage, '100%', '100%');
    await get(edge, '/');
    expect(tagsOf(stage.staging.latest)).toEqual({ baggage: 'sluice.env=staging', tag: 'staging' });
    await get(edge, '/', ['baggage: a=1', 'baggage: sluice.env=other,b=2', 'x-sluice-env: other']);
    expect(tagsOf(stage.staging.latest)).toEqual({ baggage: 'sluice.env=staging,a=1,b=2', tag: 'staging' });
  });

  it.each([[TAG_HEADER], ['baggage: a=1, sluice.env=staging;p=1']])(
    'brings people inside to staging while it is closed: %s',
    async (tag) => {
      await get(edge, '/', [STAFF, tag]);
      expect(tagsOf(stage.staging.latest)).toMatchObject({ tag: 'staging' });
    },
  );

  it('brings people inside to production, and is taken off, while no unit of staging is ready', async () => {
    await unready();
    for (const tag of [TAG_HEADER, 'baggage: a=1, sluice.env=staging;p=1']) {
      expect(await get(edge, '/', [STAFF, tag])).toBe(200);
      expect(tagsOf(stage.production.latest)).toMatchObject(untagged);
      expect(stage.production.latest.baggage ?? '').not.toContain('sluice');
    }
  });

  it('keeps calls that belong to staging from production while no unit of staging is ready: they get 503', async () => {
    await unready();
    expect(await get(fromStaging, '/')).toBe(503);
    expect(await get(fromProduction, '/', [TAG_HEADER])).toBe(503);
    expect(await get(fromProduction, '/', ['baggage: sluice.env=staging'])).toBe(503);
    expect(stage.production.latest).toEqual({});
  });

  it('does not matter where the calls of staging come in: they stay there', async () => {
    expect(await get(fromStaging, '/')).toBe(200);
    expect(tagsOf(stage.staging.latest)).toEqual({ baggage: undefined, ...untagged });
    expect(stage.production.latest).toEqual({});
  });

  it('tells calls apart where those of production come in', async () => {
    expect(await get(fromProduction, '/')).toBe(200);
    expect(stage.production.latest).toMatchObject({ host: 'x' });
    stage.production.latest = {};
    expect(await get(fromProduction, '/', [TAG_HEADER])).toBe(200);
    expect(await get(fromProduction, '/', ['baggage: a=1', 'baggage: b=2,sluice.env=staging'])).toBe(200);
    expect(stage.staging.latest).toMatchObject({ host: 'x' });
    expect(stage.production.latest).toEqual({});
  });
});

function portOf(place: string): number {
  return Number(new URL(place.startsWith('http') ? place : `http://${place}`).port);
}
