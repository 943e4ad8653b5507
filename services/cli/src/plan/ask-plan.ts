import { readEnvironment, readPolicy, readRelease } from '#domain';
import type { PlanPreview } from '#messaging';
import type { DocumentText } from '../documents/read-file.js';
import { CommandFailure, unsound } from '../failure.js';
import type { Api } from '../server/api.js';
import { located, type Planned, readIfGiven } from './inputs.js';

/** The texts that the service is given; it has the others registered under the names that the release says. */
export interface AskedTexts {
  readonly release: DocumentText;
  readonly policy: DocumentText | undefined;
  readonly environment: DocumentText | undefined;
}

/**
 * Has the service plan with the documents that are registered, started at a moment or now.
 * @throws CommandFailure with every problem, those that the service finds located in the files
 */
export async function askPlan(api: Api, texts: AskedTexts, at: string | undefined): Promise<Planned> {
  const release = readRelease(texts.release.text, texts.release.source);
  const policy = readIfGiven(readPolicy, texts.policy, null);
  const environment = readIfGiven(readEnvironment, texts.environment, null);
  const problems = [release, policy, environment].flatMap((result) => (result.ok ? [] : result.problems));
  if (!release.ok || !policy.ok || !environment.ok) throw unsound(problems);
  const body = {
    release: release.value,
    ...(policy.value ? { policy: policy.value } : {}),
    ...(environment.value ? { environment: environment.value } : {}),
  };
  const { times, digest, ...plan } = await asked(api, body, at, texts);
  return { plan, times, digest, release: release.value, topology: null, policy: policy.value };
}

async function asked(api: Api, body: unknown, at: string | undefined, texts: AskedTexts): Promise<PlanPreview> {
  const query = at === undefined ? '' : `?at=${encodeURIComponent(at)}`;
  try {
    return await api.post<PlanPreview>(`/v1/plans${query}`, body);
  } catch (error) {
    if (!(error instanceof CommandFailure) || !error.problem.errors) throw error;
    const { exit, problem, advice } = error;
    throw new CommandFailure(exit, { ...problem, errors: located(error.problem.errors, { ...texts }) }, advice);
  }
}
