import { execFile } from 'node:child_process';
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * A unit is a file with the version that it runs, and every change is a line in another. One process for each call, and
 * nothing started from it.
 */
const COMMAND = `#!/bin/sh
unit="\${0%/*}/units/$SLUICE_UNIT"
case "$SLUICE_ACTION" in
  inspect) read -r version < "$unit"; printf '{"version":"%s","healthy":true}\\n' "$version" ;;
  *) echo "$SLUICE_UNIT" >> "\${0%/*}/changes"; echo "$SLUICE_VERSION" > "$unit" ;;
esac
`;

/** Units that cost next to nothing to change. */
export class CheapFleet {
  private readonly command: string;
  private readonly ids: readonly string[];

  /** @param folder where the units live; its owner removes it */
  constructor(
    private readonly folder: string,
    private readonly clusters: number,
    private readonly perCluster: number,
  ) {
    this.command = join(folder, 'unit');
    this.ids = Array.from({ length: clusters }, (_, cluster) => this.unitsOf(cluster)).flat();
  }

  async make(version: string): Promise<void> {
    await mkdir(join(this.folder, 'units'), { recursive: true });
    await writeFile(this.command, COMMAND);
    await chmod(this.command, 0o755);
    for (const id of this.ids) await writeFile(this.file(id), `${version}\n`);
  }

  topology(name: string): object {
    const commands = [this.command];
    const clusters = Array.from({ length: this.clusters }, (_, cluster) => ({
      name: `zone-${cluster}`,
      kind: 'zone',
      units: this.unitsOf(cluster).map((id) => ({ id, driver: 'exec' })),
    }));
    const spec = { drivers: { exec: { inspect: commands, deploy: commands } }, clusters };
    return { apiVersion: 'sluice/v1', kind: 'Topology', metadata: { name }, spec };
  }

  /** How many units run a version. */
  async running(version: string): Promise<number> {
    const versions = await Promise.all(this.ids.map((id) => readFile(this.file(id), 'utf8')));
    return versions.filter((found) => found.trim() === version).length;
  }

  /** How often a unit was changed; more often than there are units when one was changed twice. */
  async changes(): Promise<number> {
    return (await readFile(join(this.folder, 'changes'), 'utf8')).trim().split('\n').length;
  }

  /** The command that changes a unit, by itself: so many runs in all, so many at a time. @returns runs a second */
  async bareRuns(runs: number, atOnce: number, version: string): Promise<number> {
    let left = runs;
    const work = async () => {
      for (let run = left--; run > 0; run = left--)
        await this.changeOnce(this.ids[run % this.ids.length] ?? '', version);
    };
    const began = performance.now();
    await Promise.all(Array.from({ length: atOnce }, work));
    const seconds = (performance.now() - began) / 1_000;
    await rm(join(this.folder, 'changes'));
    return runs / seconds;
  }

  private changeOnce(unit: string, version: string): Promise<void> {
    const env = { SLUICE_ACTION: 'deploy', SLUICE_UNIT: unit, SLUICE_VERSION: version };
    return new Promise((resolve, reject) => {
      execFile(this.command, { env }, (error) => (error ? reject(error) : resolve()));
    });
  }

  private unitsOf(cluster: number): string[] {
    return Array.from({ length: this.perCluster }, (_, unit) => `zone-${cluster}-${unit}`);
  }

  private file(id: string): string {
    return join(this.folder, 'units', id);
  }
}
