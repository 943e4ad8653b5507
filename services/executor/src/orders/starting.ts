import { Injectable } from '@nestjs/common';
import { isEnd, isPlanned, isShut, isStarted, type PlanIndex, type Refusal, stagingNow } from '#domain';
import { KeyedQueue, type Orderer, type Outcome, ReleaseBook } from '#runtime';

/** Starts releases, one at a time, so that two that share a unit or an environment never both see it free. */
@Injectable()
export class Starting {
  private readonly queue = new KeyedQueue();

  constructor(private readonly book: ReleaseBook) {}

  start(release: string, by: Orderer): Promise<Outcome> {
    return this.queue.run('start', async () => {
      const { state } = await this.book.fresh(release);
      const obstacle = state.status === 'ready' ? this.whatIsTaken(release, state.plan) : null;
      if (!obstacle) return this.book.order(release, { type: 'start' }, by);
      return this.book.refuse(release, 'start', { ...obstacle, status: state.status }, by);
    });
  }

  private whatIsTaken(release: string, plan: PlanIndex): Omit<Refusal, 'status'> | null {
    const unit = this.takenUnit(release, plan);
    if (unit) {
      const message = `unit ${unit.unit} belongs to release ${unit.release}, which has not ended yet; wait for its end`;
      return { code: 'UNITS_TAKEN', message };
    }
    const other = plan.staging && this.whoIsInStaging(release, plan.staging.environment);
    if (!other) return null;
    const message = `release ${other} is in ${plan.staging?.environment}; wait until it has passed it, or has ended`;
    return { code: 'ENVIRONMENT_TAKEN', message };
  }

  /** Another release that was started and still has the environment, or will have it. */
  private whoIsInStaging(release: string, environment: string): string | null {
    const inStaging = this.book.live().find(({ release: other, state }) => {
      if (other === release || !isStarted(state) || isEnd(state.status)) return false;
      const staging = stagingNow(state);
      return staging?.planned.environment === environment && !(staging.batch.status === 'passed' && isShut(state));
    });
    return inStaging?.release ?? null;
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
