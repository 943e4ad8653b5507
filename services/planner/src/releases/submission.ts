import { Injectable } from '@nestjs/common';
import {
  API_VERSION,
  isPlanned,
  isStarted,
  newcomer,
  type Planned,
  Policy,
  type ReleaseOrder,
  type Submitted,
} from '#domain';
import type { SubmissionAnswer } from '#messaging';
import { answerOf, Contention, type Orderer, ReleaseBook, type ReleaseFile, sha256 } from '#runtime';
import { type PlannedRelease, Planning } from './planning.js';

/** So many planners may come in between one another when they write the same plan. */
const MOST_ROUNDS = 10;

/** Takes in releases: plans, judges, writes the whole plan into the log. */
@Injectable()
export class Submission {
  private readonly contention: Contention;

  constructor(
    private readonly book: ReleaseBook,
    private readonly planning: Planning,
  ) {
    this.contention = new Contention(book);
  }

  /** @throws Rejection when the document is not sound, or another release has what it needs; then nothing is stored */
  async submit(document: unknown, by: Orderer): Promise<SubmissionAnswer> {
    const planned = await this.planning.plan({ release: document });
    const { release, plan, digest, topology, policy, environment } = planned;
    // The same command is the same release, however often it arrives.
    const id = `${release.metadata.name}-${sha256(by.commandId).slice(0, 8)}`;
    const known = await this.book.fresh(id);
    if (known.state.status === 'absent') await this.seeThatNothingIsTaken(id, planned, by);
    if (known.state.status !== 'submitted') {
      const order: ReleaseOrder = {
        type: 'submit',
        release: id,
        name: release.metadata.name,
        spec: release.spec,
        topology: { name: release.spec.topology, revision: topology.revision },
        policy: { name: release.spec.policy, revision: policy.revision, spec: policy.document.spec },
        ...(environment
          ? { environment: { name: environment.document.metadata.name, revision: environment.revision } }
          : {}),
        plan,
        digest,
      };
      answerOf(id, await this.book.order(id, order, { ...by, reason: release.spec.reason }));
    }
    const file = await this.whole(id);
    return answer(file, this.notes(file));
  }

  /** The same command again gets the first answer again, whatever has become free since. */
  private async seeThatNothingIsTaken(id: string, planned: PlannedRelease, by: Orderer): Promise<void> {
    const { release, plan, policy } = planned;
    const { topology, conflict, reason, policy: name } = release.spec;
    if (conflict === 'queue') return;
    const refused = await this.book.refused(id, by);
    if (refused) answerOf(id, refused);
    const wanting = newcomer(id, plan, topology, { name, budgets: policy.document.spec.budgets });
    const taken = await this.contention.confirmed(() => this.contention.takenBefore(wanting));
    if (!taken) return;
    const message = `${taken.what}; ${taken.until}, or say conflict: queue`;
    answerOf(
      id,
      await this.book.refuse(id, 'submit', { code: taken.code, message, status: 'absent' }, { ...by, reason }),
    );
  }

  /** What would keep it from beginning, were it started now. */
  private notes(file: ReleaseFile): string[] {
    const { state } = file;
    if (!isPlanned(state) || isStarted(state)) return [];
    const conflict = this.contention.inTheWay(file);
    if (!conflict) return [];
    const { what, until } = conflict;
    return [
      state.spec.conflict === 'queue'
        ? `it will wait its turn: ${what}`
        : `it cannot be started yet: ${what}; ${until}`,
    ];
  }

  /** A planner that has started meanwhile may have taken the writing over; whoever is first, the plan is the same. */
  private async whole(release: string): Promise<ReleaseFile> {
    let file = await this.book.fresh(release);
    for (let round = 0; round < MOST_ROUNDS && file.state.status === 'submitted'; round += 1) {
      await this.finish(file.state);
      file = await this.book.fresh(release);
    }
    return file;
  }

  /** Writes the rest of a plan whose recording a crash has cut off. */
  async finish(state: Submitted | Planned): Promise<void> {
    const release = {
      apiVersion: API_VERSION,
      kind: 'Release',
      metadata: { name: state.name },
      spec: state.spec,
    } as const;
    const policy: Policy = {
      apiVersion: API_VERSION,
      kind: 'Policy',
      metadata: { name: state.policy.name },
      spec: state.policy.spec,
    };
    const { topology, environment } = state;
    const { plan, digest } = await this.planning.planPinned(release, { topology, policy, environment });
    await this.book.order(
      state.release,
      { type: 'finish-plan', plan, digest },
      {
        commandId: `finish-plan-${state.release}`,
        actor: { kind: 'service', id: 'planner' },
        reason: 'recording of the plan was interrupted',
      },
    );
  }
}

function answer({ release, state, revision }: ReleaseFile, notes: readonly string[]): SubmissionAnswer {
  if (!isPlanned(state)) throw new Error(`release ${release} has no plan after its submission`);
  const { approval, findings } = state.plan.header;
  return {
    id: release,
    name: state.name,
    state: state.status,
    revision,
    approval,
    findings,
    ...(notes.length > 0 ? { notes } : {}),
  };
}
