import { createLogger, main, parseConfig } from '#runtime';
import { GatewayConfig } from './config.js';
import { createGateway } from './gateway.js';

main('gateway', async () => {
  const config = parseConfig(GatewayConfig, process.env);
  const logger = createLogger('gateway', config.LOG_LEVEL);
  const gateway = await createGateway(config, logger);
  gateway.enableShutdownHooks();
  await gateway.listen(config.PORT, config.HOST);
  logger.info({ url: await gateway.getUrl() }, 'ready');
});
