import { Module } from '@nestjs/common';
import { RELEASE_PARTITIONS, tenureProvider } from '#runtime';
import { Conductor } from './carrying-out/conductor.js';
import { TrafficWork } from './carrying-out/traffic-work.js';
import { UnitWork } from './carrying-out/unit-work.js';
import { OrdersController } from './orders/orders.controller.js';
import { Starting } from './orders/starting.js';
import { Surroundings } from './surroundings/surroundings.js';
import { TakenSource } from './surroundings/taken-source.js';

@Module({
  controllers: [OrdersController],
  providers: [
    tenureProvider('executor', RELEASE_PARTITIONS),
    TakenSource,
    { provide: Surroundings, useFactory: (taken: TakenSource) => new Surroundings([taken]), inject: [TakenSource] },
    Conductor,
    UnitWork,
    TrafficWork,
    Starting,
  ],
})
export class ExecutorModule {}
