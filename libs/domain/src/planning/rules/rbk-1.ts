import type { Path } from '../../documents/path.js';
import type { Drivers, Unit } from '../../documents/topology.js';
import type { PlanFacts } from '../facts.js';
import { drivenByExec, TOPOLOGYS_DRIVERS, withCommands } from '../patches/drivers.js';
import { placesInEnvironment, placesInTopology, type UnitPlaces } from '../patches/unit-places.js';
import type { Finding, Patch } from '../types.js';
import { blocks, count, type Place, placed, type Rule } from './finding.js';

/** So many drivers are named; each unit may claim one of its own. */
const NAMED = 10;

type Where = 'topology' | 'environment';

/** Units in one document, and what drives them. */
interface Fleet {
  readonly units: readonly (readonly Unit[])[];
  /** The document that lists the units. */
  readonly listedIn: Where;
  /** The drivers that count for them, and the document that has them. */
  readonly drivers: Drivers;
  readonly drivenIn: Where;
  readonly placesOf: (wanted: ReadonlySet<string>) => UnitPlaces;
  /** What gives the exec driver its commands; undefined when it has them. */
  readonly commands: Patch | undefined;
}

/** RBK-1: every unit can be rolled back, so its driver has to be one that is there and has its commands. */
export const rbk1: Rule = (facts) => [...fleetsOf(facts)].flatMap((fleet) => unableIn(fleet, facts));

function* fleetsOf({ batches, drivers, staging, origin }: PlanFacts): Generator<Fleet> {
  const environment = origin?.environment;
  if (staging?.spec) {
    const own = staging.spec.drivers;
    const nothing = own && drivers.exec ? TOPOLOGYS_DRIVERS : withCommands('environment', own ?? {});
    yield {
      units: [staging.units],
      listedIn: 'environment',
      drivers: own ?? drivers,
      drivenIn: own ? 'environment' : 'topology',
      placesOf: (wanted) => (environment ? placesInEnvironment(environment, wanted) : new Map()),
      commands: (own ?? drivers).exec ? undefined : nothing,
    };
  }
  yield {
    units: batches.map(({ units }) => units),
    listedIn: 'topology',
    drivers,
    drivenIn: 'topology',
    placesOf: (wanted) => (origin ? placesInTopology(origin.topology, wanted) : new Map()),
    commands: drivers.exec ? undefined : withCommands('topology', drivers),
  };
}

function unableIn(fleet: Fleet, { origin }: PlanFacts): Finding[] {
  const unable = new Map<string, string[]>();
  for (const units of fleet.units) {
    for (const { id, driver } of units) {
      if (canRollBack(driver, fleet.drivers)) continue;
      const ids = unable.get(driver);
      if (ids) ids.push(id);
      else unable.set(driver, [id]);
    }
  }
  const told = [...unable].slice(0, NAMED);
  const places = fleet.placesOf(new Set(told.flatMap(([driver, ids]) => (driver === 'exec' ? [] : ids))));
  return told.map(([driver, ids]) => {
    if (driver === 'exec') return withoutCommands(fleet, ids, origin !== undefined);
    const found = ids.map((id) => places.get(id)).filter((path) => path !== undefined);
    return withoutDriver(fleet, driver, ids, found);
  });
}

function canRollBack(driver: string, drivers: Drivers): boolean {
  return driver === 'exec' && drivers.exec !== undefined;
}

function withoutCommands({ drivenIn, drivers, commands }: Fleet, ids: readonly string[], isPlan: boolean): Finding {
  const message = `${named(ids)} could not be rolled back: the ${drivenIn} defines no commands for the exec driver`;
  const finding = blocks('RBK-1', null, message, `define drivers.exec in the ${drivenIn}, with inspect and deploy`);
  const patch = drivenIn === 'topology' ? withCommands('topology', drivers) : commands;
  return placed(finding, { path: ['spec', 'drivers', 'exec'], source: drivenIn, patch: isPlan ? patch : undefined });
}

function withoutDriver(fleet: Fleet, driver: string, ids: readonly string[], places: readonly Path[]): Finding {
  const { listedIn, drivenIn, commands } = fleet;
  const message = `${named(ids)} could not be rolled back: there is no driver ${driver}`;
  const remedy = `use driver: exec for them, with commands in drivers.exec of the ${drivenIn}`;
  const [example] = places;
  const place: Place = example
    ? { path: [...example, 'driver'], source: listedIn, patch: drivenByExec(places, listedIn, commands) }
    : { path: ['spec', listedIn === 'topology' ? 'clusters' : 'services'], source: listedIn };
  return placed(blocks('RBK-1', null, message, remedy), place);
}

/** How many, and which for example. */
function named([example = '', ...others]: readonly string[]): string {
  return `${count(others.length + 1, 'unit')} (${example}${others.length > 0 ? ', …' : ''})`;
}
