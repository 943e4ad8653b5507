import { Module } from '@nestjs/common';
import { ConfigurationShelf } from './configurations/configuration-shelf.js';
import { ConfigurationsController } from './configurations/configurations.controller.js';
import { Planning } from './releases/planning.js';
import { Preview } from './releases/preview.js';
import { ReleasesController } from './releases/releases.controller.js';
import { Submission } from './releases/submission.js';
import { UnfinishedPlans } from './releases/unfinished-plans.js';

@Module({
  controllers: [ConfigurationsController, ReleasesController],
  providers: [ConfigurationShelf, Planning, Preview, Submission, UnfinishedPlans],
})
export class PlannerModule {}
