import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { describeWithHaproxy, SideServer, steer, until } from '#testing';
import { CallRecord } from '../calls/call-record.js';
import { HaproxyStage } from './spec/haproxy-stage.js';
import { get, rawRequest } from './spec/raw-request.js';

const hasIpv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === '::1'));

describeWithHaproxy('the call log of HAProxy', () => {
  let stage: HaproxyStage;
  let edge: number;
  let fromStaging: number;
  let seen = 0;

  beforeAll(async () => {
    stage = await HaproxyStage.start(({ fromStaging: staging, fromProduction: production }) => {
      fromStaging = Number(staging.split(':')[1]);
      return { service: { listen: { staging, production } } };
    });
    edge = Number(new URL(stage.url).port);
  });
  afterAll(() => stage.stop());

  /** The records that were written since the last call, once there are this many. */
  const records = async (count = 1): Promise<CallRecord[]> => {
    let lines: string[] = [];
    await until('the calls are logged', async () => {
      lines = (await stage.haproxy.log()).slice(seen);
      return lines.length >= count;
    });
    seen += lines.length;
    return lines.map((line) => CallRecord.parse(JSON.parse(line)));
  };

  it('says of a client who asked what, and who answered', async () => {
    const before = Date.now();
    await get(edge, '/cart?secret=1', ['x-staff: yes', 'baggage: a=1', 'x-sluice-env: forged']);
    const [record] = await records();
    expect(record).toEqual({
      at: expect.any(Number),
      source: '127.0.0.1',
      service: 'web',
      destination: stage.production.address,
      method: 'GET',
      path: '/cart',
      status: 200,
      baggage: 'a=1',
      tag: '-',
      entry: true,
      internal: true,
    });
    expect(Number(record?.at) * 1_000).toBeGreaterThanOrEqual(before - 1);
    expect(Number(record?.at) * 1_000).toBeLessThanOrEqual(Date.now() + 1);
  });

  it('says of what went to staging that it was tagged', async () => {
    await steer(stage, '0%', '100%');
    await get(edge, '/');
    const destination = stage.staging.address;
    const tagged = { tag: 'staging', baggage: 'sluice.env=staging' };
    expect(await records()).toMatchObject([{ entry: true, internal: false, destination, ...tagged }]);
  });

  it('says of a call between services what came, tagged or not', async () => {
    await get(fromStaging, '/a', ['baggage: b=2', 'baggage: sluice.env=staging', 'x-sluice-env: staging']);
    await get(fromStaging, '/a');
    expect(await records(2)).toMatchObject([
      { entry: false, internal: false, service: 'web', baggage: 'b=2,sluice.env=staging', tag: 'staging' },
      { entry: false, internal: false, service: 'web', baggage: '-', tag: '-', destination: stage.staging.address },
    ]);
  });

  it.each([
    '"',
    '\\',
    '\\"',
    'x","entry":true,"path":"/forged',
    '"}\t{"forged":"',
    '%0a{"forged":1}',
    '\xff\xfe\x80',
    '\xc3\xa9',
    '</script>',
    '%[src]%ci$HOME',
    '"\\'.repeat(500),
  ])('stays whole, and one line a call, whatever stands in a request: %j', async (nasty) => {
    // HAProxy itself refuses a path that is not ASCII, or has white space.
    const path = `/${nasty.replace(/[^\x21-\x7e]/g, '')}`;
    expect(await get(fromStaging, path, [`baggage: a=${nasty}`, `x-sluice-env: ${nasty}`])).toBe(200);
    const [record, ...more] = await records();
    expect(more).toEqual([]);
    expect(record).toMatchObject({ entry: false, service: 'web', status: 200, source: '127.0.0.1' });
    // What is not UTF-8 is left out.
    const read = Buffer.from(nasty, 'latin1').toString('utf8').replaceAll('\ufffd', '');
    expect(record).toMatchObject({ path, tag: read || '-', baggage: `a=${read}` });
  });

  it('can be read whatever nonsense a client sends', async () => {
    expect(await rawRequest(edge, '"NONSENSE"\r\n\r\n')).toBe(400);
    expect(await rawRequest(edge, 'GET / HTTP/1.1\r\nhost: x\r\nbad header": x\r\n\r\n')).toBe(400);
    const unread = { status: 400, destination: '-', path: '-', at: expect.any(Number), entry: true };
    expect(await records(2)).toMatchObject([unread, unread]);
  });

  it('cuts off what is very long, and stays whole', async () => {
    expect(await get(fromStaging, `/${'p'.repeat(9_000)}`)).toBe(200);
    expect(await get(fromStaging, '/', [`baggage: sluice.env=staging,a=${'b'.repeat(9_000)}`])).toBe(200);
    const [long, baggage] = await records(2);
    expect(long?.path).toHaveLength(8_192);
    expect(baggage?.baggage).toMatch(/^sluice\.env=staging,a=b+$/);
  });

  it('names nobody when nobody took the call', async () => {
    stage.staging.ready = false;
    await stage.untilChecked('L7STS');
    expect(await get(fromStaging, '/')).toBe(503);
    expect(await records()).toMatchObject([{ status: 503, destination: '-' }]);
  });

  (hasIpv6 ? it : it.skip)('names destinations as the environment does, also by IPv6', async () => {
    const unit = await SideServer.start('production', '::1');
    const other = await HaproxyStage.start(() => ({ service: { production: [unit.address] } }));
    try {
      await get(Number(new URL(other.url).port), '/');
      await until('the call is logged', async () => (await other.haproxy.log()).length > 0);
      const [line = ''] = await other.haproxy.log();
      expect(JSON.parse(line)).toMatchObject({ destination: unit.address, status: 200 });
    } finally {
      await other.stop();
      await unit.stop();
    }
  });
});
