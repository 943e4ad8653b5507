import { networkPolicies } from '#traffic';
import { soundEnvironment } from '../documents/read-documents.js';
import { readText } from '../documents/read-file.js';
import { EXIT, type Exit } from '../exit.js';
import type { Session } from '../session.js';
import { generated } from './generated.js';

export interface PoliciesOptions {
  readonly file: string;
  /** Namespaces that may ask the environment's pods too. */
  readonly allow?: readonly string[];
}

/** Prints the network policies that close the loop of an environment in Kubernetes. */
export async function policies(session: Session, { file, allow = [] }: PoliciesOptions): Promise<Exit> {
  const environment = soundEnvironment(await readText(file, session.stdin));
  const text = generated(() => networkPolicies(environment, { namespaces: allow }));
  if (session.json) session.answer({ environment: environment.metadata.name, policies: text });
  else session.write(text);
  return EXIT.done;
}
