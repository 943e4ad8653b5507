import { main, runService } from '#runtime';
import { ObserverConfig } from './config.js';
import { ObserverModule } from './observer.module.js';

main('observer', () => runService({ name: 'observer', module: ObserverModule, config: ObserverConfig }));
