import { Injectable } from '@nestjs/common';
import { API_VERSION, isPlanned, type Planned, Policy, type ReleaseOrder, type Submitted } from '#domain';
import type { SubmissionAnswer } from '#messaging';
import { answerOf, type Orderer, ReleaseBook, type ReleaseFile, sha256 } from '#runtime';
import { Planning } from './planning.js';

/** So many planners may come in between one another when they write the same plan. */
const MOST_ROUNDS = 10;

/** Takes in releases: plans, judges, writes the whole plan into the log. */
@Injectable()
export class Submission {
  constructor(
    private readonly book: ReleaseBook,
    private readonly planning: Planning,
  ) {}

  /** @throws Rejection when the document is not sound; then nothing is stored */
  async submit(document: unknown, by: Orderer): Promise<SubmissionAnswer> {
    const planned = await this.planning.plan({ release: document });
    const { release, plan, digest, topology, policy, environment } = planned;
    // The same command is the same release, however often it arrives.
    const id = `${release.metadata.name}-${sha256(by.commandId).slice(0, 8)}`;
    const known = await this.book.fresh(id);
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
    return answer(await this.whole(id));
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

function answer({ release, state, revision }: ReleaseFile): SubmissionAnswer {
  if (!isPlanned(state)) throw new Error(`release ${release} has no plan after its submission`);
  const { approval, findings } = state.plan.header;
  return { id: release, name: state.name, state: state.status, revision, approval, findings };
}
