import { Module } from '@nestjs/common';
import { RELEASE_PARTITIONS, tenureProvider } from '#runtime';
import { Conductor } from './carrying-out/conductor.js';
import { TrafficWork } from './carrying-out/traffic-work.js';
import { UnitWork } from './carrying-out/unit-work.js';
import { DriftWatch } from './drift/drift-watch.js';
import { OrdersController } from './orders/orders.controller.js';
import { Starting } from './orders/starting.js';
import { Surroundings } from './surroundings/surroundings.js';
import { TakenSource } from './surroundings/taken-source.js';

@Module({
  controllers: [OrdersController],
  providers: [
    tenureProvider('executor', RELEASE_PARTITIONS),
    TakenSource,
    DriftWatch,
    { provide: Surroundings, useFactory: (taken: TakenSource) => new Surroundings([taken]), inject: [TakenSource] },
    Conductor,
    UnitWork,
    TrafficWork,
    Starting,
  ],
})
export class ExecutorModule {}
