import { Injectable } from '@nestjs/common';
import { isPlanned, isStarted, type PlanIndex } from '#domain';
import { KeyedQueue, type Orderer, type Outcome, ReleaseBook } from '#runtime';

/** Starts releases, one at a time, so that two that share a unit never both see it free. */
@Injectable()
export class Starting {
  private readonly queue = new KeyedQueue();

  constructor(private readonly book: ReleaseBook) {}

  start(release: string, by: Orderer): Promise<Outcome> {
    return this.queue.run('start', async () => {
      const { state } = await this.book.fresh(release);
      const taken = state.status === 'ready' ? this.takenUnit(release, state.plan) : null;
      if (!taken) return this.book.order(release, { type: 'start' }, by);
      const message = `unit ${taken.unit} belongs to release ${taken.release}, which has not ended yet; wait for its end`;
      return this.book.refuse(release, 'start', { code: 'UNITS_TAKEN', message, status: state.status }, by);
    });
  }

  /** A unit that another release which was started and has not ended has in its plan. */
  private takenUnit(release: string, plan: PlanIndex): { unit: string; release: string } | null {
    for (const other of this.book.live()) {
      if (other.release === release || !isPlanned(other.state) || !isStarted(other.state)) continue;
      for (const unit of plan.unitNumber.keys()) {
        if (other.state.plan.unitNumber.has(unit)) return { unit, release: other.release };
      }
    }
    return null;
  }
}
