import { Injectable } from '@nestjs/common';
import { DEFAULT_POLICY, type Plan, Policy, type Problem, plan, Release, Topology, validateDocument } from '#domain';
import { canonicalJson } from '#event-store';
import { Rejection } from '#messaging';
import { validatorProblems } from '#metrics';
import { sha256 } from '#runtime';
import { ConfigurationShelf } from '../configurations/configuration-shelf.js';

/** The revision of the policy that ships: it is in no stream. */
export const SHIPPED = -1;

/** A document and the revision under which it is registered; a preview brings its own, which have none. */
interface Pinned<T> {
  readonly document: T;
  readonly revision: number;
}

export interface PlannedRelease {
  readonly release: Release;
  readonly plan: Plan;
  readonly digest: string;
  readonly topology: Pinned<Topology>;
  readonly policy: Pinned<Policy>;
}

/** Finds what a release is planned with, and plans it. */
@Injectable()
export class Planning {
  /** Parsing a large topology takes a while, and most releases use the same: the last few are kept. */
  private readonly parsed = new Map<string, Topology>();

  constructor(private readonly shelf: ConfigurationShelf) {}

  /** @throws Rejection with every problem of the documents, and of what they say of each other */
  async plan(documents: { release: unknown; topology?: unknown; policy?: unknown }): Promise<PlannedRelease> {
    const release = valid(Release, documents.release, 'release');
    const topology = documents.topology
      ? { document: valid(Topology, documents.topology, 'topology'), revision: SHIPPED }
      : await this.registeredTopology(release.spec.topology);
    const policy = documents.policy
      ? { document: valid(Policy, documents.policy, 'policy'), revision: SHIPPED }
      : await this.registeredPolicy(release.spec.policy);
    return planned(release, topology, policy);
  }

  /** The same plan again, from what a submitted release pinned. */
  async planPinned(
    release: Release,
    topology: { name: string; revision: number },
    policy: Policy,
  ): Promise<PlannedRelease> {
    const registered = await this.shelf.pinned('Topology', topology.name, topology.revision);
    if (!registered) throw new Error(`topology ${topology.name} has no revision ${topology.revision} any more`);
    const document = this.parse(registered.text, registered.digest);
    return planned(release, { document, revision: topology.revision }, { document: policy, revision: SHIPPED });
  }

  private async registeredTopology(name: string): Promise<Pinned<Topology>> {
    const registered = await this.shelf.current('Topology', name);
    if (!registered)
      throw missing('spec.topology', `there is no topology ${name}; register it: sluice apply -f topology.yaml`);
    return { document: this.parse(registered.text, registered.digest), revision: registered.revision };
  }

  private async registeredPolicy(name: string): Promise<Pinned<Policy>> {
    const registered = await this.shelf.current('Policy', name);
    if (registered) return { document: Policy.parse(JSON.parse(registered.text)), revision: registered.revision };
    if (name === DEFAULT_POLICY.metadata.name) return { document: DEFAULT_POLICY, revision: SHIPPED };
    throw missing('spec.policy', `there is no policy ${name}; register it: sluice apply -f policy.yaml`);
  }

  private parse(text: string, digest: string): Topology {
    const known = this.parsed.get(digest);
    if (known) return known;
    // It was checked when it was registered.
    const topology = JSON.parse(text) as Topology;
    const [oldest] = this.parsed.keys();
    if (oldest !== undefined && this.parsed.size >= 4) this.parsed.delete(oldest);
    this.parsed.set(digest, topology);
    return topology;
  }
}

function planned(release: Release, topology: Pinned<Topology>, policy: Pinned<Policy>): PlannedRelease {
  const unreadable = release.spec.validate.flatMap((validator, i) =>
    validatorProblems(validator).map(({ path, message }) => ({
      path: `spec.validate[${i}].${path}`,
      message,
      source: 'release',
    })),
  );
  const result = plan(release, topology.document, policy.document);
  const problems = [...unreadable, ...(result.ok ? [] : result.problems)];
  if (!result.ok || problems.length > 0) throw invalid(problems);
  const digest = sha256(canonicalJson(result.plan));
  return { release, plan: result.plan, digest, topology, policy };
}

function valid<T>(schema: Parameters<typeof validateDocument<T>>[0], value: unknown, source: string): T {
  const read = validateDocument(schema, value, source);
  if (!read.ok) throw invalid(read.problems);
  return read.value;
}

function missing(path: string, message: string): Rejection {
  return invalid([{ path, message, source: 'release' }]);
}

function invalid(errors: readonly Problem[]): Rejection {
  const message = `${errors.length} problem${errors.length === 1 ? '' : 's'} found; nothing was stored`;
  return new Rejection({ kind: 'invalid', code: 'INVALID_DOCUMENT', message, errors });
}
