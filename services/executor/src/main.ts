import { main, runService } from '#runtime';
import { ExecutorConfig } from './config.js';
import { ExecutorModule } from './executor.module.js';

main('executor', () => runService({ name: 'executor', module: ExecutorModule, config: ExecutorConfig }));
