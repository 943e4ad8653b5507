import { Module } from '@nestjs/common';
import { RELEASE_PARTITIONS, tenureProvider } from '#runtime';
import { Conductor } from './carrying-out/conductor.js';
import { TrafficWork } from './carrying-out/traffic-work.js';
import { UnitWork } from './carrying-out/unit-work.js';
import { DriftWatch } from './drift/drift-watch.js';
import { OrdersController } from './orders/orders.controller.js';
import { Starting } from './orders/starting.js';
import { FrozenSource } from './surroundings/frozen-source.js';
import { Registrations } from './surroundings/registrations.js';
import { Surroundings } from './surroundings/surroundings.js';
import { TakenSource } from './surroundings/taken-source.js';

@Module({
  controllers: [OrdersController],
  providers: [
    tenureProvider('executor', RELEASE_PARTITIONS),
    Registrations,
    FrozenSource,
    TakenSource,
    DriftWatch,
    {
      provide: Surroundings,
      useFactory: (taken: TakenSource, frozen: FrozenSource) => new Surroundings([taken, frozen]),
      inject: [TakenSource, FrozenSource],
    },
    Conductor,
    UnitWork,
    TrafficWork,
    Starting,
  ],
})
export class ExecutorModule {
  constructor(registrations: Registrations, conductor: Conductor) {
    registrations.onChange(() => conductor.lookAtWaiting());
  }
}
