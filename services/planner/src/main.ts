import { main, runService, ServiceConfig } from '#runtime';
import { PlannerModule } from './planner.module.js';

main('planner', () => runService({ name: 'planner', module: PlannerModule, config: ServiceConfig }));
