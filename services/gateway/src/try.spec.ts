import { mkdtempSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { createLogger, parseConfig } from '#runtime';
import { GatewayConfig } from './config.js';
import { createGateway } from './gateway.js';
it('starts', async () => {
  const dir = mkdtempSync('/tmp/gw/');
  const config = parseConfig(GatewayConfig, { SLUICE_DATA: dir, EVENT_STORE_URL: 'memory://', PORT: '0', NATS_URL: 'nats://127.0.0.1:1' });
  const app = await createGateway(config, createLogger('gateway', 'info'));
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  for (const path of ['/healthz','/readyz','/metrics','/docs','/docs/swagger-ui.css','/docs/swagger-ui-init.js', '/v1/releases','/nope','/v1/%zz','/openapi.json', '/docs/LICENSE', '/docs/']) {
    const r = await fetch(url+path);
    console.log(path, r.status, Object.fromEntries(r.headers), (await r.text()).slice(0,300));
  }
  await app.close();
}, 30000);
