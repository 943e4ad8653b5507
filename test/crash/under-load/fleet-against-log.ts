import type { RecordedEvent } from '#event-store';
import type { Run } from '#testing';

interface UnitEvent {
  readonly unit: string;
  readonly batch: string;
  readonly attempt: number;
  readonly after?: { readonly version: string | null };
  readonly to?: { readonly version: string | null };
}

/** Orders to units of which the log does not say yet what became of them. */
export function underWay(log: readonly RecordedEvent[]): string[] {
  const open = new Set<string>();
  for (const { stream, type, data } of log) {
    const { unit, batch, attempt } = data as UnitEvent;
    const effect = `${stream} ${batch} ${unit} ${attempt}`;
    if (type === 'UnitDeployStarted.v1' || type === 'UnitRollbackStarted.v1') open.add(effect);
    if (/^Unit(Deployed|DeployFailed|RolledBack|RollbackFailed)\.v1$/.test(type)) open.delete(effect);
  }
  return [...open];
}

/** What each unit runs by the log; units that it does not tell of are left out. */
export function versionsBy(log: readonly RecordedEvent[]): Record<string, string | null> {
  const versions: Record<string, string | null> = {};
  for (const { type, data } of log) {
    const { unit, after, to } = data as UnitEvent;
    if (type === 'UnitDeployed.v1') versions[unit] = after?.version ?? null;
    if (type === 'UnitRolledBack.v1') versions[unit] = to?.version ?? null;
  }
  return versions;
}

/** How often each unit was brought to a version, by the units' own count. */
export function deploysOf(runs: readonly Run[], version: string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const run of runs) {
    if (run.action === 'deploy' && run.version === version) counts[run.unit] = (counts[run.unit] ?? 0) + 1;
  }
  return counts;
}

/** What a unit's command was run for more than once: its key says release, batch, unit and attempt. */
export function repeated(runs: readonly Run[]): string[] {
  const seen = new Set<string>();
  return runs.map(({ action, key }) => `${action} ${key}`).filter((run) => seen.size === seen.add(run).size);
}
