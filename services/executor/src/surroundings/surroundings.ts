import type { Obstacle } from '#domain';
import type { ReleaseFile } from '#runtime';

/** One kind of thing that may be in the way of a release, and does not stand in its own stream. */
export interface ObstacleSource {
  /** What is in the way of the release's next gate now, the most telling first. */
  obstacles(file: ReleaseFile): Promise<readonly Obstacle[]>;
}

/** All that may be in the way of a release. */
export class Surroundings implements ObstacleSource {
  constructor(private readonly sources: readonly ObstacleSource[]) {}

  async obstacles(file: ReleaseFile): Promise<readonly Obstacle[]> {
    const found = await Promise.all(this.sources.map((source) => source.obstacles(file)));
    return found.flat();
  }
}
