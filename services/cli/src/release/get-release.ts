import type { ReleaseView } from '#domain';
import type { Api } from '../server/api.js';

export function releasePath(id: string): string {
  return `/v1/releases/${encodeURIComponent(id)}`;
}

export function getRelease(api: Api, id: string): Promise<ReleaseView> {
  return api.get<ReleaseView>(releasePath(id));
}
