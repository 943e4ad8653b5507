import { existsSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { environmentDocument, releaseDocument, topologyDocument } from './documents.mjs';
import { layOut } from './layout.mjs';
import { VERSIONS, writeRelease } from './releases.mjs';
import { install, servedVersion, startUnit, stopUnit, unitPaths } from './unit/unit-process.mjs';
import { toYaml } from './yaml.mjs';

const COMMAND = join(dirname(fileURLToPath(import.meta.url)), 'unit', 'unit-command.mjs');
const AT_ONCE = 4;

/** @typedef {import('./layout.mjs').FleetUnit} FleetUnit */
/** @typedef {import('./layout.mjs').Layout} Layout */
/** @typedef {ReturnType<typeof stackFiles>} StackFiles */
/** @typedef {{ topology: object, environment: object, releases: Record<string, object> }} Documents */
/** @typedef {{ unit: string, at: string, action: string, key: string | null, from: string | null, to: string | null }} Deploy */

/** Units of web, in production and in staging: real processes that a release can change, all about them in one folder. */
export class Fleet {
  /**
   * @param {string} folder
   * @param {Layout} layout
   * @param {Documents} documents
   */
  constructor(folder, layout, documents) {
    this.folder = folder;
    this.layout = layout;
    /** The documents to send, the same as the files hold. */
    this.documents = documents;
    this.files = {
      topology: join(folder, 'topology.yaml'),
      environment: join(folder, 'environment.yaml'),
      releases: Object.fromEntries(
        Object.keys(documents.releases).map((version) => [version, join(folder, `release-${version}.yaml`)]),
      ),
    };
  }

  /** Production's. */
  get units() {
    return this.layout.production;
  }

  get stagingUnits() {
    return this.layout.staging;
  }

  /**
   * The document that releases a version.
   * @param {string} version
   * @returns {object}
   */
  release(version) {
    const document = this.documents.releases[version];
    if (!document) throw new Error(`the fleet has no release ${version}`);
    return document;
  }

  /**
   * Installs a version on every unit and starts them, a few at a time.
   * @param {string} [version]
   */
  async start(version = VERSIONS[0].version) {
    await this.#each(async ({ id, address }) => {
      const paths = unitPaths(this.folder, id);
      install(paths, version);
      await startUnit(paths, address);
    });
  }

  /**
   * What units say they run; null for one at which nothing listens.
   * @param {readonly FleetUnit[]} [units] production's unless said otherwise
   * @returns {Promise<Record<string, string | null>>}
   */
  async versions(units = this.units) {
    const versions = await Promise.all(units.map(({ address }) => servedVersion(address)));
    return Object.fromEntries(units.map(({ id }, i) => [id, versions[i] ?? null]));
  }

  /**
   * Every run of a deploy or rollback command, unit by unit, those of staging too.
   * @returns {Deploy[]}
   */
  deploys() {
    return this.#all().flatMap(({ id }) => {
      const file = unitPaths(this.folder, id).deploys;
      if (!existsSync(file)) return [];
      const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
      return lines.map((line) => ({ unit: id, ...JSON.parse(line) }));
    });
  }

  /** Ends all units, and keeps a command that is still running from starting one again. */
  async stop() {
    writeFileSync(join(this.folder, 'stopped'), '');
    await Promise.all(this.#all().map(({ id }) => stopUnit(unitPaths(this.folder, id))));
  }

  /** Takes the folder away. */
  remove() {
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }

  #all() {
    return [...this.units, ...this.stagingUnits];
  }

  /** @param {(unit: FleetUnit) => Promise<void>} work */
  async #each(work) {
    const waiting = this.#all();
    const worker = async () => {
      for (let unit = waiting.shift(); unit; unit = waiting.shift()) await work(unit);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
  }
}

/**
 * Lays a fleet down in a folder: releases, topology.yaml, environment.yaml and a release file for every version after
 * the first. Nothing runs yet.
 * @param {{ folder: string, unitsPerCluster?: number }} options at most 26 units in each of the three clusters
 * @returns {Promise<Fleet>}
 */
export async function createFleet({ folder, unitsPerCluster = 8 }) {
  mkdirSync(folder, { recursive: true });
  const home = realpathSync(folder);
  writeFileSync(join(home, 'owner.pid'), String(process.pid));
  const layout = await layOut(unitsPerCluster);
  const releases = VERSIONS.map((release) => ({ ...release, sha256: writeRelease(home, release) }));
  const command = [process.execPath, COMMAND, home];
  const fleet = new Fleet(home, layout, {
    topology: topologyDocument(layout.production, command),
    environment: environmentDocument(layout, command, stackFiles(home)),
    releases: Object.fromEntries(releases.slice(1).map((release) => [release.version, releaseDocument(release)])),
  });
  for (const unit of layout.production) describeUnit(home, unit, layout.orders.listen.production);
  for (const unit of layout.staging) describeUnit(home, unit, layout.orders.listen.staging);
  writeFileSync(fleet.files.topology, toYaml(fleet.documents.topology));
  writeFileSync(fleet.files.environment, toYaml(fleet.documents.environment));
  for (const [version, document] of Object.entries(fleet.documents.releases)) {
    writeFileSync(String(fleet.files.releases[version]), toYaml(document));
  }
  return fleet;
}

/**
 * Where the router is steered, and where calls can be read: of the router, and of the services behind web on each side.
 * @param {string} folder
 */
export function stackFiles(folder) {
  return {
    admin: join(folder, 'haproxy.sock'),
    map: join(folder, 'shares.map'),
    calls: {
      router: join(folder, 'calls-router.log'),
      production: join(folder, 'calls-production.log'),
      staging: join(folder, 'calls-staging.log'),
    },
  };
}

/**
 * What is special about a unit, for the program that it runs.
 * @param {string} fleet
 * @param {FleetUnit} unit
 * @param {string} orders where it finds the service orders
 */
function describeUnit(fleet, { id, currency }, orders) {
  const { folder } = unitPaths(fleet, id);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'unit.json'), `${JSON.stringify({ currency, orders })}\n`);
}
