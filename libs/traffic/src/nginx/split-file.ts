import { ALL_BASIS_POINTS, type TrafficSplit, toBasisPoints } from '#domain';

/** What a split file was written for. */
export interface SplitFile {
  /** The {@link splitIdentity} of the split that it holds. */
  readonly identity: string;
  /** Workers of nginx that started before it, as {@link workersBeside} names them. */
  readonly replaces: readonly string[];
}

/**
 * The file that holds the split, for nginx to include. Staging is always the first part of the hash's range, so that a
 * share that grows only moves users towards staging.
 *
 * @param replaces workers of nginx that have read an earlier file: as long as one of them takes requests, the split has
 * not taken effect everywhere. Kept in the file, so that it is known after a crash of whoever wrote it.
 */
export function nginxSplit(split: TrafficSplit, replaces: readonly string[] = []): string {
  return [
    '# Written by Sluice for each change of the split; changes by hand are lost.',
    `# replaces workers: ${replaces.join(' ')}`.trimEnd(),
    ...sides('$sluice_internal_side', split.internal),
    ...sides('$sluice_production_side', split.production),
    ...constant('$sluice_preview_side', toBasisPoints(split.internal) > 0 ? 'staging' : 'production'),
    ...constant('$sluice_split', `"${splitIdentity(split)}"`),
    '',
  ].join('\n');
}

/** What nginx calls the split; the same for splits that mean the same. */
export function splitIdentity(split: TrafficSplit): string {
  return `internal=${toBasisPoints(split.internal)} production=${toBasisPoints(split.production)}`;
}

/** Reads what {@link nginxSplit} wrote; null when it did not write this. */
export function readSplit(text: string): SplitFile | null {
  const identity = /^ {4}default "(internal=\d+ production=\d+)";$/m.exec(text)?.[1];
  const replaces = /^# replaces workers:(.*)$/m.exec(text)?.[1];
  if (identity === undefined || replaces === undefined) return null;
  return { identity, replaces: replaces.split(' ').filter((worker) => worker !== '') };
}

/** nginx knows neither 0 % nor a part that really holds the last hash value: these two are `*` alone. */
function sides(variable: string, share: string): string[] {
  const points = toBasisPoints(share);
  const parts =
    points === 0
      ? ['* production;']
      : points === ALL_BASIS_POINTS
        ? ['* staging;']
        : [`${(points / 100).toFixed(2)}% staging;`, '* production;'];
  return [`split_clients $sluice_user ${variable} {`, ...parts.map((part) => `    ${part}`), '}'];
}

function constant(variable: string, value: string): string[] {
  return [`map "" ${variable} {`, `    default ${value};`, '}'];
}
