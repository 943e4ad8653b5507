import { once } from 'node:events';
import { appendFile, chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

/**
 * What the exec driver runs: a unit is a folder with the version it runs in a file. Every deploy and rollback is
 * counted, one line each, and takes a while, so that a crash can fall into it.
 */
const command = (seconds: number) => `#!/bin/sh
set -eu
unit="$(dirname "$0")/$SLUICE_UNIT"
[ ! -f "$unit/trouble" ] || . "$unit/trouble"
case "$SLUICE_ACTION" in
  inspect) printf '{"version":"%s","healthy":true}\\n' "$(cat "$unit/version")" ;;
  *)
    echo "$SLUICE_ACTION $SLUICE_KEY $SLUICE_VERSION" >> "$unit/runs"
    sleep ${seconds}
    printf %s "$SLUICE_VERSION" > "$unit/version.new"
    mv "$unit/version.new" "$unit/version"
    ;;
esac
`;

/** One run of a deploy or rollback command. */
export interface Run {
  readonly unit: string;
  readonly action: string;
  readonly key: string;
  readonly version: string;
}

interface Zone {
  readonly name: string;
  readonly units: number;
}

/** Units that cost nothing: a folder each, and one server that answers HTTP for all of them. */
export class FileFleet {
  private readonly servers: Server[] = [];
  private readonly requests = new Map<string, number>();
  /** Versions that answer with errors. */
  readonly broken = new Set<string>();
  /** In the order in which they were made. */
  readonly units: { id: string; zone: string; address: string }[] = [];

  /**
   * @param folder where the units live; its owner removes it
   * @param deploySeconds how long the command takes to change a unit
   */
  constructor(
    private readonly folder: string,
    private readonly deploySeconds = 0.3,
  ) {}

  /** Makes the units of each zone, `<zone>-a`, `<zone>-b` and so on, all at one version. */
  async start(zones: readonly Zone[], version: string): Promise<void> {
    for (const zone of zones) {
      for (let i = 0; i < zone.units; i += 1) {
        const id = `${zone.name}-${String.fromCharCode(97 + i)}`;
        await mkdir(join(this.folder, id), { recursive: true });
        await writeFile(join(this.folder, id, 'version'), version);
        await appendFile(join(this.folder, id, 'runs'), '');
        this.units.push({ id, zone: zone.name, address: await this.serve(id) });
      }
    }
    await writeFile(this.command, command(this.deploySeconds));
    await chmod(this.command, 0o755);
  }

  async stop(): Promise<void> {
    await Promise.all(
      this.servers.map((server) => {
        server.closeAllConnections();
        return new Promise((resolve) => server.close(resolve));
      }),
    );
  }

  /** The document that describes them. */
  topology(name: string) {
    const zones = [...new Set(this.units.map(({ zone }) => zone))];
    const clusters = zones.map((zone) => ({
      name: zone,
      kind: 'zone',
      units: this.units
        .filter((unit) => unit.zone === zone)
        .map(({ id, address }) => ({ id, driver: 'exec', address })),
    }));
    const drivers = { exec: { inspect: [this.command], deploy: [this.command] } };
    return {
      apiVersion: 'sluice/v1' as const,
      kind: 'Topology' as const,
      metadata: { name },
      spec: { drivers, clusters },
    };
  }

  /** A piece of shell that a unit's command runs first: `exit 65`, say. None given: all is well again. */
  async trouble(id: string, shell?: string): Promise<void> {
    const file = join(this.folder, id, 'trouble');
    if (shell === undefined) await rm(file, { force: true });
    else await writeFile(file, shell);
  }

  /** Puts a version on a unit without asking its command. */
  async install(id: string, version: string): Promise<void> {
    await writeFile(join(this.folder, id, 'version'), version);
  }

  /** Units that do not answer HTTP, as long as they are in here. */
  readonly silent = new Set<string>();

  /** What each unit runs. */
  async versions(): Promise<Record<string, string>> {
    const versions = await Promise.all(this.units.map(({ id }) => this.version(id)));
    return Object.fromEntries(this.units.map(({ id }, i) => [id, versions[i] as string]));
  }

  /** Every run of the command that changed something, unit by unit. */
  async runs(): Promise<Run[]> {
    const files = await Promise.all(this.units.map(({ id }) => readFile(join(this.folder, id, 'runs'), 'utf8')));
    return files.flatMap((text, i) =>
      text
        .split('\n')
        .filter(Boolean)
        .map((line) => {
          const [action = '', key = '', version = ''] = line.split(' ');
          return { unit: this.units[i]?.id ?? '', action, key, version };
        }),
    );
  }

  private get command(): string {
    return join(this.folder, 'command.sh');
  }

  private version(id: string): Promise<string> {
    return readFile(join(this.folder, id, 'version'), 'utf8');
  }

  private async serve(id: string): Promise<string> {
    const server = createServer((request, response) => void this.answer(id, request, response));
    this.servers.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return `127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** Each scrape finds a hundred requests more than the one before: a unit under a steady load. */
  private async answer(id: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.silent.has(id)) return void request.socket.destroy();
    const version = await this.version(id);
    if (request.url === '/build-info.json') return void response.end(JSON.stringify({ version }));
    const requests = (this.requests.get(id) ?? 0) + 100;
    this.requests.set(id, requests);
    const errors = this.broken.has(version) ? Math.round(requests / 5) : 0;
    response.end(
      `# TYPE http_requests_total counter\nhttp_requests_total{code="200"} ${requests - errors}\nhttp_requests_total{code="500"} ${errors}\n`,
    );
  }
}
