import { isBlocking } from '#domain';
import { type DocumentText, readText } from '../documents/read-file.js';
import { EXIT, type Exit } from '../exit.js';
import { wrongCall } from '../failure.js';
import type { Session } from '../session.js';
import { type Planned, planFrom } from './inputs.js';
import { planJson } from './plan-json.js';
import { planText } from './plan-text.js';
import { type DocumentNames, suggestionLines } from './suggestions.js';

export interface PlanOptions {
  readonly file: string;
  readonly topology: string;
  readonly policy?: string;
  readonly environment?: string;
  readonly freeze?: readonly string[];
  readonly suggest?: boolean;
}

/** Plans without a server. Findings that block are an answer, with an exit code of their own. */
export async function runPlan(session: Session, options: PlanOptions): Promise<Exit> {
  const { file, topology, policy, environment, freeze = [] } = options;
  if ([file, topology, policy, environment, ...freeze].filter((name) => name === '-').length > 1) {
    throw wrongCall('standard input can be one of the documents only');
  }
  const read = (name: string): Promise<DocumentText> => readText(name, session.stdin);
  const planned = planFrom({
    release: await read(file),
    topology: await read(topology),
    policy: policy === undefined ? undefined : await read(policy),
    environment: environment === undefined ? undefined : await read(environment),
    freezeWindows: await Promise.all(freeze.map(read)),
  });
  if (session.json) session.answer(planJson(planned.plan));
  else session.say(planText(planned, session.look));
  if (options.suggest && !session.json) {
    session.say(suggestionLines(planned.plan.findings, namesIn(options), session.look));
  }
  session.note(mismatches(planned, options));
  return planned.plan.findings.some(isBlocking) ? EXIT.refused : EXIT.done;
}

function namesIn({ file, topology, policy, environment }: PlanOptions): DocumentNames {
  const named = (name: string | undefined, kind: string) => (name === undefined || name === '-' ? `the ${kind}` : name);
  return {
    release: named(file, 'release'),
    topology: named(topology, 'topology'),
    policy: named(policy, 'policy'),
    environment: named(environment, 'environment'),
  };
}

/** The plan is of the files that were given; a release that names others may meet others when it is submitted. */
function mismatches({ release, topology, policy }: Planned, options: PlanOptions): string[] {
  const notes: string[] = [];
  if (release.spec.topology !== topology.metadata.name) {
    notes.push(`note: the release is for topology ${release.spec.topology}, this is ${topology.metadata.name}`);
  }
  if (release.spec.policy !== policy.metadata.name) {
    const given = options.policy === undefined ? 'the one that ships; give the other with -p' : policy.metadata.name;
    notes.push(`note: the release asks for policy ${release.spec.policy}, judged by ${given}`);
  }
  if (options.environment !== undefined && !release.spec.staging) {
    notes.push('note: the release goes straight to production; spec.staging would have it begin in an environment');
  }
  return notes;
}
