import { createHash } from 'node:crypto';
import { isBlocking, type Plan } from '#domain';
import { type DocumentText, readText } from '../documents/read-file.js';
import { EXIT, type Exit } from '../exit.js';
import { CommandFailure, wrongCall } from '../failure.js';
import { momentFrom } from '../moment-from.js';
import { getRelease } from '../release/get-release.js';
import type { Session } from '../session.js';
import { type AskedTexts, askPlan } from './ask-plan.js';
import { diffText } from './diff-text.js';
import { type Planned, planFrom } from './inputs.js';
import { type PlanDiff, planDiff } from './plan-diff.js';
import { planJson } from './plan-json.js';
import { planText } from './plan-text.js';
import { type DocumentNames, suggestionLines } from './suggestions.js';

export interface PlanOptions {
  readonly file: string;
  /** Without it the service plans, with the documents that are registered. */
  readonly topology?: string;
  readonly policy?: string;
  readonly environment?: string;
  readonly freeze?: readonly string[];
  readonly suggest?: boolean;
  readonly at?: string;
  /** A release that is out, to compare the plan with. */
  readonly diff?: string;
}

/** Plans, without a server when the topology is at hand. Findings that block are an answer, with an exit code of their own. */
export async function runPlan(session: Session, options: PlanOptions): Promise<Exit> {
  const planned = await planWith(session, options);
  const diff = options.diff === undefined ? null : await compare(session, options.diff, planned);
  if (session.json) session.answer(planJson(planned, diff));
  else session.say([...planText(planned, session.look), ...(diff ? [[], ...diffText(diff, session.look)] : [])]);
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

async function compare(session: Session, id: string, planned: Planned): Promise<PlanDiff> {
  const view = await getRelease(session.api(), id);
  return planDiff(view, planned, planned.digest ?? (await digestOf(planned.plan)));
}

/** What the planner would call the plan. What it takes to know that is loaded only when somebody asks. */
async function digestOf(plan: Plan): Promise<string> {
  const { canonicalJson } = await import('#event-store');
  return createHash('sha256').update(canonicalJson(plan)).digest('hex');
}

async function planWith(session: Session, options: PlanOptions): Promise<Planned> {
  const { freeze = [] } = options;
  const names = [options.file, options.topology, options.policy, options.environment, ...freeze];
  if (names.filter((name) => name === '-').length > 1) {
    throw wrongCall('standard input can be one of the documents only');
  }
  if (options.topology === undefined && freeze.length > 0) {
    throw wrongCall('--freeze goes with --topology: the service has its own freeze windows');
  }
  const at = options.at === undefined ? undefined : momentFrom(options.at);
  const read = async (name: string | undefined): Promise<DocumentText | undefined> =>
    name === undefined ? undefined : readText(name, session.stdin);
  const release = await readText(options.file, session.stdin);
  const topology = await read(options.topology);
  const policy = await read(options.policy);
  const environment = await read(options.environment);
  if (!topology) return planByService(session, { release, policy, environment }, at);
  const startAt = at === undefined ? session.now() : Date.parse(at);
  const freezeWindows: DocumentText[] = [];
  for (const name of freeze) freezeWindows.push(await readText(name, session.stdin));
  return planFrom({ release, topology, policy, environment, freezeWindows }, startAt);
}

async function planByService(session: Session, texts: AskedTexts, at: string | undefined): Promise<Planned> {
  try {
    return await askPlan(session.api(), texts, at);
  } catch (error) {
    if (!(error instanceof CommandFailure) || !WITHOUT_A_SERVICE.includes(error.exit)) throw error;
    throw new CommandFailure(error.exit, error.problem, [OFFLINE_ADVICE, ...error.advice]);
  }
}

/** Whoever forgot the topology has no service in mind. */
const OFFLINE_ADVICE = 'To plan without a service, give the topology: sluice plan -f release.yaml -t topology.yaml';
const WITHOUT_A_SERVICE: readonly Exit[] = [EXIT.notAllowed, EXIT.unreachable];

/** The plan is of the files that were given; a release that names others may meet others when it is submitted. */
function mismatches({ release, topology, policy }: Planned, options: PlanOptions): string[] {
  const notes: string[] = [];
  if (topology && release.spec.topology !== topology.metadata.name) {
    notes.push(`note: the release is for topology ${release.spec.topology}, this is ${topology.metadata.name}`);
  }
  if (policy && release.spec.policy !== policy.metadata.name) {
    const given = options.policy === undefined ? 'the one that ships; give the other with -p' : policy.metadata.name;
    notes.push(`note: the release asks for policy ${release.spec.policy}, judged by ${given}`);
  }
  if (options.environment !== undefined && !release.spec.staging) {
    notes.push('note: the release goes straight to production; spec.staging would have it begin in an environment');
  }
  return notes;
}
