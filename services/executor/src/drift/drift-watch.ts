import { Inject, Injectable } from '@nestjs/common';
import {
  driftOf,
  isEnd,
  isStarted,
  productionBatches,
  type Registered,
  type ReleaseOrder,
  type Started,
  type Topology,
} from '#domain';
import type { EventStore } from '#event-store';
import { ConfigurationFollower, Contention, EVENT_STORE, ReleaseBook, type ReleaseFile, sha256 } from '#runtime';

type Report = Extract<ReleaseOrder, { type: 'report-drift' }>;

/** Follows the topologies, and finds out what a newer version of one changes for a release that runs over it. */
@Injectable()
export class DriftWatch {
  private readonly current = new Map<string, Registered>();
  /** The newest revision of its topology that was looked at for a release. */
  private readonly seen = new Map<string, number>();
  private readonly contention: Contention;
  private readonly follower: ConfigurationFollower;
  private onChange: (topology: string) => void = () => undefined;
  /** Parsing a large one takes a while, and releases that run usually run over the same. */
  private parsed: { readonly digest: string; readonly topology: Topology } | null = null;

  constructor(@Inject(EVENT_STORE) store: EventStore, book: ReleaseBook) {
    this.contention = new Contention(book);
    this.follower = new ConfigurationFollower(store, ['Topology'], (_kind, name) => {
      this.keep();
      this.onChange(name);
    });
  }

  /** Resolves when the topologies are known. @param onChange called when one of them has a newer version */
  async start(onChange: (topology: string) => void): Promise<void> {
    this.onChange = onChange;
    await this.follower.start();
    this.keep();
  }

  /** Settles when following ended: resolves after `stop`, rejects with the error that ended it. */
  get closed(): Promise<void> {
    return this.follower.closed;
  }

  stop(): Promise<void> {
    return this.follower.stop();
  }

  /** What there is to report to a release; null when nothing is. The same is not found again unless it is {@link forgotten}. */
  newsFor({ release, state }: ReleaseFile): Report | null {
    if (!isStarted(state) || isEnd(state.status)) {
      this.seen.delete(release);
      return null;
    }
    const registered = this.current.get(state.topology.name);
    const known = Math.max(state.drift?.revision ?? state.topology.revision, this.seen.get(release) ?? -1);
    if (!registered || registered.revision <= known || state.status === 'rolling-back') return null;
    this.seen.set(release, registered.revision);
    return this.reportOf(state, registered);
  }

  /** What was found could not be reported; it is looked for again. */
  forgotten(release: string): void {
    this.seen.delete(release);
  }

  private reportOf(state: Started, registered: Registered): Report | null {
    const { added, removed, taken } = driftOf(
      state.spec.rollout,
      productionBatches(state.plan),
      this.topology(registered),
    );
    if (state.drift === null && added.length === 0 && removed.length === 0) return null;
    const ids = added.flatMap(({ units }) => units.map(({ id }) => id));
    return {
      type: 'report-drift',
      revision: registered.revision,
      digest: sha256(taken.join('\n')),
      added,
      removed,
      taken: this.contention.unitsOfOthers(state.release, ids),
    };
  }

  private topology({ digest, text }: Registered): Topology {
    // It was checked when it was registered.
    if (this.parsed?.digest !== digest) this.parsed = { digest, topology: JSON.parse(text) as Topology };
    return this.parsed.topology;
  }

  private keep(): void {
    for (const topology of this.follower.list('Topology')) this.current.set(topology.name, topology);
  }
}
