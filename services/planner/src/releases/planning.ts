import { Injectable } from '@nestjs/common';
import {
  type ConfigurationKind,
  DEFAULT_POLICY,
  Environment,
  type Plan,
  Policy,
  type Problem,
  plan,
  type Registered,
  Release,
  SHIPPED_REVISION,
  Topology,
  validateDocument,
} from '#domain';
import { canonicalJson } from '#event-store';
import { Rejection } from '#messaging';
import { validatorProblems } from '#metrics';
import { sha256 } from '#runtime';
import { ConfigurationShelf } from '../configurations/configuration-shelf.js';

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
  /** Null when the release goes straight to production. */
  readonly environment: Pinned<Environment> | null;
}

/** What a submitted release was planned with. */
export interface Pins {
  readonly topology: { readonly name: string; readonly revision: number };
  readonly policy: Policy;
  readonly environment?: { readonly name: string; readonly revision: number } | undefined;
}

interface Documents {
  readonly release: unknown;
  readonly topology?: unknown;
  readonly policy?: unknown;
  readonly environment?: unknown;
}

/** Finds what a release is planned with, and plans it. */
@Injectable()
export class Planning {
  /** Parsing a large topology takes a while, and most releases use the same: the last few are kept. */
  private readonly parsed = new Map<string, Topology>();

  constructor(private readonly shelf: ConfigurationShelf) {}

  /** @throws Rejection with every problem of the documents, and of what they say of each other */
  async plan(documents: Documents): Promise<PlannedRelease> {
    const release = valid(Release, documents.release, 'release');
    const topology = documents.topology
      ? { document: valid(Topology, documents.topology, 'topology'), revision: SHIPPED_REVISION }
      : await this.registeredTopology(release.spec.topology);
    const policy = documents.policy
      ? { document: valid(Policy, documents.policy, 'policy'), revision: SHIPPED_REVISION }
      : await this.registeredPolicy(release.spec.policy);
    const environment = documents.environment
      ? { document: valid(Environment, documents.environment, 'environment'), revision: SHIPPED_REVISION }
      : await this.registeredEnvironment(release.spec.staging?.environment);
    return planned(release, topology, policy, environment);
  }

  /** The same plan again, from what a submitted release pinned. */
  async planPinned(release: Release, { topology, policy, environment }: Pins): Promise<PlannedRelease> {
    const pinned = await this.pinned('Topology', topology);
    const document = this.parse(pinned.text, pinned.digest);
    const stack = environment && pinnedEnvironment(await this.pinned('Environment', environment));
    return planned(
      release,
      { document, revision: topology.revision },
      { document: policy, revision: SHIPPED_REVISION },
      stack ?? null,
    );
  }

  private async pinned(kind: ConfigurationKind, pin: { name: string; revision: number }): Promise<Registered> {
    const registered = await this.shelf.pinned(kind, pin.name, pin.revision);
    if (registered) return registered;
    throw new Error(`${kind.toLowerCase()} ${pin.name} has no revision ${pin.revision} any more`);
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
    if (name === DEFAULT_POLICY.metadata.name) return { document: DEFAULT_POLICY, revision: SHIPPED_REVISION };
    if (this.shelf.proposals('Policy').some((proposal) => proposal.name === name)) {
      throw missing(
        'spec.policy',
        `policy ${name} is proposed and waits for an approval: sluice policy approve ${name}`,
      );
    }
    throw missing('spec.policy', `there is no policy ${name}; register it: sluice apply -f policy.yaml`);
  }

  private async registeredEnvironment(name: string | undefined): Promise<Pinned<Environment> | null> {
    if (name === undefined) return null;
    const registered = await this.shelf.current('Environment', name);
    if (registered) return pinnedEnvironment(registered);
    const message = `there is no environment ${name}; register it: sluice apply -f environment.yaml`;
    throw missing('spec.staging.environment', message);
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

function pinnedEnvironment({ text, revision }: Registered): Pinned<Environment> {
  return { document: Environment.parse(JSON.parse(text)), revision };
}

function planned(
  release: Release,
  topology: Pinned<Topology>,
  policy: Pinned<Policy>,
  environment: Pinned<Environment> | null,
): PlannedRelease {
  const unreadable = release.spec.validate.flatMap((validator, i) =>
    validatorProblems(validator).map(({ path, message }) => ({
      path: `spec.validate[${i}].${path}`,
      message,
      source: 'release',
    })),
  );
  const result = plan(release, topology.document, policy.document, environment?.document ?? null);
  const problems = [...unreadable, ...(result.ok ? [] : result.problems)];
  if (!result.ok || problems.length > 0) throw invalid(problems);
  const digest = sha256(canonicalJson(result.plan));
  return { release, plan: result.plan, digest, topology, policy, environment };
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
