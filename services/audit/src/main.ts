import { main, runService } from '#runtime';
import { AuditModule } from './audit.module.js';
import { AuditConfig } from './config.js';
import { databaseProblem } from './database/failure.js';

main('audit', () => runService({ name: 'audit', module: AuditModule, config: AuditConfig, errors: [databaseProblem] }));
