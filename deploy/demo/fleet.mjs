import { existsSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePorts } from '../local/ports.mjs';
import { REGIONS, releaseDocument, topologyDocument } from './documents.mjs';
import { VERSIONS, writeRelease } from './releases.mjs';
import { install, servedVersion, startUnit, stopUnit, unitPaths } from './unit/unit-process.mjs';
import { toYaml } from './yaml.mjs';

const COMMAND = join(dirname(fileURLToPath(import.meta.url)), 'unit', 'unit-command.mjs');
const AT_ONCE = 4;

/** @typedef {import('./documents.mjs').FleetUnit} FleetUnit */
/** @typedef {{ unit: string, at: string, action: string, key: string | null, from: string | null, to: string | null }} Deploy */

/** Real processes on this machine that a release can change, everything about them in one folder. */
export class Fleet {
  /**
   * @param {string} folder
   * @param {readonly FleetUnit[]} units
   * @param {{ topology: object, releases: Record<string, object> }} documents
   */
  constructor(folder, units, documents) {
    this.folder = folder;
    this.units = units;
    /** The documents to send, the same as the files hold. */
    this.documents = documents;
    this.files = {
      topology: join(folder, 'topology.yaml'),
      releases: Object.fromEntries(
        Object.keys(documents.releases).map((version) => [version, join(folder, `release-${version}.yaml`)]),
      ),
    };
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
   * What every unit says it runs; null for one at which nothing listens.
   * @returns {Promise<Record<string, string | null>>}
   */
  async versions() {
    const versions = await Promise.all(this.units.map(({ address }) => servedVersion(address)));
    return Object.fromEntries(this.units.map(({ id }, i) => [id, versions[i] ?? null]));
  }

  /**
   * Every run of a deploy or rollback command, unit by unit.
   * @returns {Deploy[]}
   */
  deploys() {
    return this.units.flatMap(({ id }) => {
      const file = unitPaths(this.folder, id).deploys;
      if (!existsSync(file)) return [];
      const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
      return lines.map((line) => ({ unit: id, ...JSON.parse(line) }));
    });
  }

  /** Ends all units, and keeps a command that is still running from starting one again. */
  async stop() {
    writeFileSync(join(this.folder, 'stopped'), '');
    await Promise.all(this.units.map(({ id }) => stopUnit(unitPaths(this.folder, id))));
  }

  /** Takes the folder away. */
  remove() {
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }

  /** @param {(unit: FleetUnit) => Promise<void>} work */
  async #each(work) {
    const waiting = [...this.units];
    const worker = async () => {
      for (let unit = waiting.shift(); unit; unit = waiting.shift()) await work(unit);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
  }
}

/**
 * Lays a fleet down in a folder: releases, topology.yaml and a release file for every version after the first.
 * Nothing runs yet.
 * @param {{ folder: string, unitsPerCluster?: number }} options at most 26 units in each of the three clusters
 * @returns {Promise<Fleet>}
 */
export async function createFleet({ folder, unitsPerCluster = 8 }) {
  mkdirSync(folder, { recursive: true });
  const home = realpathSync(folder);
  writeFileSync(join(home, 'owner.pid'), String(process.pid));
  const units = await layOut(unitsPerCluster);
  const releases = VERSIONS.map((release) => ({ ...release, sha256: writeRelease(home, release) }));
  const fleet = new Fleet(home, units, {
    topology: topologyDocument(units, [process.execPath, COMMAND, home]),
    releases: Object.fromEntries(releases.slice(1).map((release) => [release.version, releaseDocument(release)])),
  });
  writeFileSync(fleet.files.topology, toYaml(fleet.documents.topology));
  for (const [version, document] of Object.entries(fleet.documents.releases)) {
    writeFileSync(String(fleet.files.releases[version]), toYaml(document));
  }
  return fleet;
}

/**
 * Units by name and port: eu-1-a, eu-1-b and so on.
 * @param {number} perCluster
 * @returns {Promise<FleetUnit[]>}
 */
async function layOut(perCluster) {
  const clusters = REGIONS.flatMap(({ zones }) => [...zones]);
  const ports = await freePorts(clusters.length * perCluster);
  return ports.map((port, i) => {
    const cluster = String(clusters[Math.floor(i / perCluster)]);
    const letter = String.fromCharCode(97 + (i % perCluster));
    return { id: `${cluster}-${letter}`, cluster, address: `127.0.0.1:${port}` };
  });
}
