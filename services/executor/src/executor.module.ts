import { Module } from '@nestjs/common';
import { RELEASE_PARTITIONS, tenureProvider } from '#runtime';
import { Conductor } from './carrying-out/conductor.js';
import { TrafficWork } from './carrying-out/traffic-work.js';
import { UnitWork } from './carrying-out/unit-work.js';
import { OrdersController } from './orders/orders.controller.js';
import { Starting } from './orders/starting.js';
import { Surroundings } from './surroundings/surroundings.js';

@Module({
  controllers: [OrdersController],
  providers: [
    tenureProvider('executor', RELEASE_PARTITIONS),
    { provide: Surroundings, useFactory: () => new Surroundings([]) },
    Conductor,
    UnitWork,
    TrafficWork,
    Starting,
  ],
})
export class ExecutorModule {}
