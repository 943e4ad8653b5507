import { Inject, Injectable } from '@nestjs/common';
import {
  concerns,
  type Freeze,
  type FreezeWindow,
  freezeObstacle,
  freezesAbout,
  isForClusters,
  isStarted,
  type Obstacle,
  type Registered,
  registeredFreezeWindow,
  type Started,
  type Topology,
} from '#domain';
import { CLOCK, type Clock, type ReleaseFile } from '#runtime';
import { Registrations } from './registrations.js';
import type { ObstacleSource } from './surroundings.js';

/** Freezes are kept for so many kinds of releases and states of what is registered. */
const FREEZES_KEPT = 64;
const TOPOLOGIES_KEPT = 4;

/** Freezes that the next wave of a release waits for, by the windows that are registered when it is to open. */
@Injectable()
export class FrozenSource implements ObstacleSource {
  private readonly known = new Map<string, readonly Freeze[]>();
  /** Reading one again takes as long as its topology is large. */
  private readonly pinned = new Map<string, Registered>();

  constructor(
    private readonly registrations: Registrations,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws StoreUnavailable when nobody can say which windows are registered */
  async obstacles({ state }: ReleaseFile): Promise<readonly Obstacle[]> {
    if (!isStarted(state)) return [];
    await this.registrations.follower.readOn('FreezeWindow');
    const windows = readWindows(this.registrations.follower.list('FreezeWindow'));
    if (typeof windows === 'string') return [{ cause: 'freeze', sentence: windows }];
    const obstacle = freezeObstacle(state, await this.freezesAbout(state, windows), this.clock.now());
    return obstacle ? [obstacle] : [];
  }

  private async freezesAbout(state: Started, windows: readonly Window[]): Promise<readonly Freeze[]> {
    const { service, risk, topology } = state.spec;
    const about = windows.filter(({ window }) => concerns(window.spec, state.spec));
    const topologies = about.some(({ window }) => isForClusters(window)) ? await this.topologies(state) : [];
    const found = [...about, ...topologies].map(({ digest }) => digest);
    const key = [service, risk, topology, ...found].join(' ');
    const known = this.known.get(key);
    if (known) return known;
    const freezes = freezesAbout(
      about.map(({ window }) => window),
      state.spec,
      // They were checked when they were registered.
      topologies.map(({ text }) => JSON.parse(text) as Topology),
    );
    keep(this.known, key, freezes, FREEZES_KEPT);
    return freezes;
  }

  /** The revision that the release is planned with, and the newest one: a cluster may have moved in between. */
  private async topologies({ topology: { name, revision } }: Started): Promise<Registered[]> {
    const newest = this.registrations.follower.list('Topology').find((registered) => registered.name === name);
    const pinned = newest?.revision === revision ? null : await this.pinnedTopology(name, revision);
    return [...(newest ? [newest] : []), ...(pinned ? [pinned] : [])];
  }

  private async pinnedTopology(name: string, revision: number): Promise<Registered | null> {
    const key = `${name} ${revision}`;
    const known = this.pinned.get(key);
    if (known) return known;
    const pinned = await this.registrations.follower.pinned('Topology', name, revision);
    if (pinned) keep(this.pinned, key, pinned, TOPOLOGIES_KEPT);
    return pinned;
  }
}

/** The oldest makes room. */
function keep<T>(kept: Map<string, T>, key: string, value: T, most: number): void {
  const [oldest] = kept.keys();
  if (oldest !== undefined && kept.size >= most) kept.delete(oldest);
  kept.set(key, value);
}

interface Window {
  readonly digest: string;
  readonly window: FreezeWindow;
}

/** Or why they cannot be read: then nobody knows whether one of them is on, and no wave opens. */
function readWindows(registered: readonly Registered[]): readonly Window[] | string {
  const windows: Window[] = [];
  for (const { name, digest, text } of registered) {
    const read = registeredFreezeWindow(text);
    if (!read.ok) return `freeze window ${name} cannot be read here: ${read.problems[0]?.message}`;
    windows.push({ digest, window: read.value });
  }
  return windows;
}
