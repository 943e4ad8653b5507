import { Inject, Injectable } from '@nestjs/common';
import { timetable } from '#domain';
import type { PLANNER, PlanPreview, RequestOf } from '#messaging';
import { CLOCK, type Clock } from '#runtime';
import { ConfigurationShelf } from '../configurations/configuration-shelf.js';
import { freezesFor } from './freezes-for.js';
import { Planning } from './planning.js';

/** Plans for who wants to see what would happen, and when. Nothing is stored. */
@Injectable()
export class Preview {
  constructor(
    private readonly planning: Planning,
    private readonly shelf: ConfigurationShelf,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws Rejection with every problem of the documents, and of what they say of each other */
  async of({ at, ...documents }: RequestOf<typeof PLANNER.planRelease>): Promise<PlanPreview> {
    const planned = await this.planning.plan(documents);
    const { plan, digest } = planned;
    const startAt = at === undefined ? this.clock.now() : Date.parse(at);
    return { ...plan, digest, times: timetable(plan, startAt, freezesFor(this.shelf, planned)) };
  }
}
