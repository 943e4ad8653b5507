import { createHash } from 'node:crypto';
import {
  DEFAULT_POLICY,
  type Plan,
  plan,
  type Release,
  type ReleaseView,
  readRelease,
  readTopology,
  timetable,
  viewRelease,
} from '#domain';
import { canonicalJson, MemoryEventStore } from '#event-store';
import type { PlanPreview } from '#messaging';
import { ReleaseBook, systemClock } from '#runtime';
import { NOW } from './call.js';
import { ID } from './release.js';

/** What the planner makes of a release over a topology, by the policy that ships. */
export function planned(releaseText: string, topologyText: string): { release: Release; plan: Plan; digest: string } {
  const release = readRelease(releaseText, 'release');
  const topology = readTopology(topologyText, 'topology');
  if (!release.ok || !topology.ok) throw new Error(JSON.stringify({ release, topology }));
  const result = plan(release.value, topology.value, DEFAULT_POLICY);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  const digest = createHash('sha256').update(canonicalJson(result.plan)).digest('hex');
  return { release: release.value, plan: result.plan, digest };
}

/** How `POST /v1/plans` answers. */
export function preview(releaseText: string, topologyText: string, at = NOW): PlanPreview {
  const made = planned(releaseText, topologyText);
  return { ...made.plan, digest: made.digest, times: timetable(made.plan, at) };
}

/** How `GET /v1/releases/{id}` answers after the release was submitted. */
export async function submittedView(releaseText: string, topologyText: string): Promise<ReleaseView> {
  const { release, plan: made, digest } = planned(releaseText, topologyText);
  const book = new ReleaseBook(new MemoryEventStore(), systemClock);
  const { spec, metadata } = release;
  const topology = { name: spec.topology, revision: 1 };
  const policy = { name: 'default', revision: -1, spec: DEFAULT_POLICY.spec };
  const by = { commandId: 'c', actor: { kind: 'person', id: 'alice', roles: ['author'] } } as const;
  const order = {
    type: 'submit',
    release: ID,
    name: metadata.name,
    spec,
    topology,
    policy,
    plan: made,
    digest,
  } as const;
  const outcome = await book.order(ID, order, by);
  const { state, revision } = await book.fresh(ID);
  const view = viewRelease(state, revision);
  if (!view?.plan) throw new Error(JSON.stringify(outcome));
  // Over HTTP what is undefined is not there.
  return JSON.parse(JSON.stringify(view));
}
