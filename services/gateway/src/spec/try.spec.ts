import { randomBytes } from 'node:crypto';
import { it } from '@jest/globals';
import { PLANNER } from '#messaging';
import { startNats } from '#testing';
import { GatewayInTest } from './gateway-in-test.js';
import { StandIns } from './stand-ins.js';
it('x', async () => {
  const nats = await startNats();
  const services = await StandIns.start(nats.url);
  const gateway = await GatewayInTest.start({ NATS_URL: nats.url, EVENT_STORE_URL: 'memory://' });
  const a = await gateway.post('/v1/topologies', { body: { x: randomBytes(3_000_000).toString('base64') } });
  console.log(a.status, a.text);
  services.answer(PLANNER.listConfigurations as never, () => [randomBytes(3_000_000).toString('base64')]);
  const t = Date.now();
  const b = await gateway.get('/v1/topologies', { });
  console.log(b.status, b.text.slice(0, 300), Date.now() - t);
  await gateway.stop(); await services.stopAll(); await nats.stop();
}, 30000);
