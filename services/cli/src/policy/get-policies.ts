import type { ConfigurationAnswer } from '#messaging';
import type { Api } from '../server/api.js';

/** Policies as the service lists them. */
export interface Policies {
  /** In force. */
  readonly policies: readonly ConfigurationAnswer[];
  /** Waiting for an approval. */
  readonly proposals: readonly ConfigurationAnswer[];
}

export function getPolicies(api: Api): Promise<Policies> {
  return api.get<Policies>('/v1/policies');
}
