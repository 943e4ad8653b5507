import type { Problem } from '../planning/types.js';
import { Environment } from './environment/environment.js';
import { FreezeWindow } from './freeze-window.js';
import { formatPath } from './path.js';
import { Policy } from './policy.js';
import { type ReadResult, readDocument } from './read-document.js';
import { Release } from './release.js';
import { Topology } from './topology.js';
import { topologyFlaws } from './topology-flaws.js';

/** Reads a topology from YAML or JSON text: {@link readDocument}, with its own consistency. */
export function readTopology(text: string, source: string): ReadResult<Topology> {
  return readDocument(Topology, text, source);
}

/** Reads a release from YAML or JSON text. What depends on the topology is checked when it is planned. */
export function readRelease(text: string, source: string): ReadResult<Release> {
  return readDocument(Release, text, source);
}

/** Reads a policy from YAML or JSON text. */
export function readPolicy(text: string, source: string): ReadResult<Policy> {
  return readDocument(Policy, text, source);
}

/** Reads an environment from YAML or JSON text: {@link readDocument}, with its own consistency. */
export function readEnvironment(text: string, source: string): ReadResult<Environment> {
  return readDocument(Environment, text, source);
}

/** Reads a freeze window from YAML or JSON text: {@link readDocument}. */
export function readFreezeWindow(text: string, source: string): ReadResult<FreezeWindow> {
  return readDocument(FreezeWindow, text, source);
}

/**
 * Units or clusters that are there twice and clusters that are empty, for a topology that did not come through its
 * schema (which checks the same).
 */
export function checkTopology(topology: Topology, source = 'topology'): Problem[] {
  return topologyFlaws(topology).map(({ path, message }) => ({ path: formatPath(path), message, source }));
}
