import { Module } from '@nestjs/common';
import { RELEASE_PARTITIONS, tenureProvider } from '#runtime';
import { Conductor } from './carrying-out/conductor.js';
import { TrafficWork } from './carrying-out/traffic-work.js';
import { UnitWork } from './carrying-out/unit-work.js';
import { OrdersController } from './orders/orders.controller.js';
import { Starting } from './orders/starting.js';
import { FrozenSource } from './surroundings/frozen-source.js';
import { Registrations } from './surroundings/registrations.js';
import { Surroundings } from './surroundings/surroundings.js';

@Module({
  controllers: [OrdersController],
  providers: [
    tenureProvider('executor', RELEASE_PARTITIONS),
    Registrations,
    FrozenSource,
    { provide: Surroundings, useFactory: (frozen: FrozenSource) => new Surroundings([frozen]), inject: [FrozenSource] },
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
