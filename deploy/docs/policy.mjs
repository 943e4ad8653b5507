import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { LARGEST_PLAN, OBJECTS, PolicySpec, RULE_REFERENCE, RUN_TIME_RULES, VARIABLES, WITHHELD } from '#domain';
import { ROOT } from '../local/setup.mjs';

const PAGE = 'docs/reference/policy.md';
const EXAMPLE = 'docs/guides/examples/policy-with-rules.yaml';

/** What each field asks, for people who write policies. The defaults are read from the schema. */
const FIELDS = new Map([
  ['minBatches', 'the least number of batches (BAT-2)'],
  ['firstBatch.maxUnits', 'how many units may go first (BAT-3)'],
  ['firstBatch.severity', '`block` or `warn`: what more of them come to'],
  ['total.standard', 'the least time from the start of the first batch to completion (INT-2), at risk `standard`'],
  ['total.high', 'the same at risk `high`'],
  ['total.core', 'the same at risk `core`'],
  ['observe.standard', 'the least observation, summed over the waves (INT-3), at risk `standard`'],
  ['observe.high', 'the same at risk `high`'],
  ['observe.core', 'the same at risk `core`'],
  ['first.standard', 'the least observation of each batch of the first wave (INT-4), at risk `standard`'],
  ['first.high', 'the same at risk `high`'],
  ['first.core', 'the same at risk `core`'],
  ['validation.required', 'every batch is validated (OBS-1)'],
  ['validation.acceptable', 'by one of these at least'],
  ['validation.deployment', 'what confirms the deployment itself (OBS-2): a file that is read back, or the driver'],
  ['staging.required', 'the risks whose releases pass a staging environment first (STG-3)'],
  ['staging.maxProduction', 'the largest share of production traffic that goes there (STG-1)'],
  ['approvals.standard', 'the level whose approval counts at risk `standard`'],
  ['approvals.high', 'the same at risk `high`'],
  ['approvals.core', 'the same at risk `core`'],
  ['approvals.exception', 'the same for a plan with findings that block'],
  ['people.standard', 'how many different people have to approve at risk `standard`'],
  ['people.high', 'the same at risk `high`'],
  ['people.core', 'the same at risk `core`'],
  ['people.exception', 'the same for a plan with findings that block'],
  [
    'holders',
    'who holds which level: `{ director: [dora] }`, by the names of tokens; when absent, a token says its level',
  ],
  ['budgets.topology', 'how many releases run at a time over one topology'],
  ['budgets.cluster', 'how many releases run at a time in one cluster'],
  ['modes', 'how rules of the requirement are taken: `{ INT-2: shadow }`; those that are not named are enforced'],
  ['rules[].id', 'the name of a rule of your own'],
  ['rules[].severity', '`block`: only an approved exception gets past it; `warn`: people are told'],
  ['rules[].mode', '`enforce`, `shadow` or `off`'],
  ['rules[].when', 'an expression in CEL that is true when the rule is broken'],
  ['rules[].message', 'what a finding says'],
  ['rules[].remedy', 'what would satisfy it'],
  ['levels', 'the levels of approval, from the lowest to the highest'],
]);

/**
 * The page of reference on policies: its path from the root of the repository, and what is in it.
 * @returns {Map<string, string>}
 */
export function files() {
  return new Map([[PAGE, page()]]);
}

function page() {
  return `<!-- Generated from the schemas and from libs/domain/src/planning/rules/reference.ts: npm run docs -->

# Policies

A policy is what an organisation asks of its releases. A release pins the revision of the policy that it was planned with
(\`sluice apply -f policy.yaml\` registers another). What a plan breaks is a finding: with its rule, its place, and what would
satisfy it. A finding that blocks is only got past by an approved exception, of the level that \`approvals.exception\` names.

## The rules

${table(
  ['rule', 'asks', 'severity', 'checked in a plan', 'enforced while it runs', 'tests'],
  RULE_REFERENCE.map(({ rule, asks, severity, planned, running, tests }) => [
    rule,
    asks,
    severity,
    links(planned),
    links(running),
    links(tests),
  ]),
)}

What a policy asks of time, evidence and rollback holds in the running release too: whenever an interval is to change, the
plan is judged again with all rules, an organisation's own among them. What was approved as an exception stays approved.

## Modes

\`enforce\` is how every rule is taken unless the policy says otherwise. In \`shadow\` a rule is looked at and its findings are told,
marked as such, but they ask for no approval, refuse no change and have \`sluice plan\` end with 0: a new rule can be tried out
on real releases before it bites. \`off\` is not looked at. Rules are taken one by one: BAT-4 escalates what is not phased whatever
the mode of BAT-1 and BAT-2.

A mode is about findings, and about the times that are asked while a release runs (INT-1 to INT-4). How a release runs is not
switched off by it: a gate opens on verdicts only, units are read back, staging is watched for leaks, rollbacks are recorded. So
\`shadow\` and \`off\` are refused for ${RUN_TIME_RULES.join(', ')}, which are nothing but that.

## Fields

${table(['field', 'default', 'what it asks'], fields())}

A policy that contradicts itself is refused with every contradiction at once: two rules of one name, a name that a rule of the
requirement has, a level that is not one of \`levels\`, a person who is named twice in one level, an exception approved by less
than what needs none, more people asked for than hold the level or one above.

## Rules of your own

\`when\` is an expression in [CEL](https://github.com/google/cel-spec) over the plan that is true when the rule is **broken**.

\`\`\`yaml
${readFileSync(join(ROOT, EXAMPLE), 'utf8').trimEnd()}
\`\`\`

### What it can look at

${table(
  ['variable', 'type', 'what it is'],
  Object.entries(VARIABLES).map(([name, { type, about }]) => [`\`${name}\``, typed(type), about]),
)}

${Object.entries(OBJECTS)
  .map(([name, object]) => `#### ${name}\n\n${table(['field', 'type', 'what it holds'], fieldsOf(object))}`)
  .join('\n\n')}

### What CEL it is

Operators, \`? :\`, \`in\`, \`size\`, \`all\`, \`exists\`, \`exists_one\`, \`filter\`, \`map\`, \`cel.bind\`, \`duration("20m")\`, conversions, and what texts
have (\`startsWith\`, \`endsWith\`, \`contains\`, \`split\` and so on). Numbers are whole (\`3\`) or not (\`3.0\`); \`==\` compares only what is of one type.

${table(
  ['not part of rules', 'because'],
  Object.entries(WITHHELD).map(([name, why]) => [`\`${name}\``, why]),
)}

- A name, a field or a type that does not fit is found when the policy is read, with the place in the file.
- The same plan is judged alike whenever it is judged: an expression knows no time and no chance.
- How many steps an expression takes at most is worked out beforehand. One that would take too many on a plan of ${figure(LARGEST_PLAN.Batch)}
  batches in ${figure(LARGEST_PLAN.Cluster)} clusters, with ${figure(LARGEST_PLAN.Validator)} validators, is refused: mostly a loop over batches within a loop over
  batches, which \`plan.waves\` and \`plan.clusters\` spare. The rules of one policy may take ten times as many together.
- A rule that cannot be evaluated on a plan (a division by zero, an entry that a list does not have) counts as broken, with its
  severity, and says why: nobody has seen that it is kept.
`;
}

/** @returns {string[][]} a row for each field of the policy, in the order of the schema */
function fields() {
  const rows = leaves(z.toJSONSchema(PolicySpec, { io: 'input' }), '');
  const unknown = rows.filter(({ path }) => !FIELDS.has(path)).map(({ path }) => path);
  const gone = [...FIELDS.keys()].filter((path) => !rows.some((row) => row.path === path));
  if (unknown.length + gone.length > 0) {
    throw new Error(`deploy/docs/policy.mjs does not say what ${[...unknown, ...gone].join(', ')} asks`);
  }
  return rows.map(({ path, value }) => [
    `\`${path}\``,
    value === undefined ? '' : `\`${plain(value)}\``,
    FIELDS.get(path) ?? '',
  ]);
}

/**
 * @param {any} schema a JSON Schema
 * @param {string} path
 * @returns {{ path: string, value: unknown }[]}
 */
function leaves(schema, path) {
  if (schema.type === 'array' && schema.items?.properties) return leaves(schema.items, `${path}[]`);
  if (!schema.properties) return [{ path, value: schema.default }];
  return Object.entries(schema.properties).flatMap(([name, inner]) =>
    leaves(inner, path === '' ? name : `${path}.${name}`),
  );
}

/** @param {unknown} value */
function plain(value) {
  return Array.isArray(value) ? `[${value.join(', ')}]` : String(value);
}

/**
 * @param {Readonly<Record<string, { readonly type: string, readonly about: string }>>} object
 * @returns {string[][]}
 */
function fieldsOf(object) {
  return Object.entries(object).map(([name, { type, about }]) => [`\`${name}\``, typed(type), about]);
}

/** @param {string} type */
function typed(type) {
  return `\`${type.replace('google.protobuf.Duration', 'duration')}\``;
}

/** @param {readonly string[]} paths */
function links(paths) {
  return paths.map((path) => `[${path.split('/').at(-1)}](../../${path})`).join(', ');
}

/** @param {number} number */
function figure(number) {
  return number.toLocaleString('en-US');
}

/**
 * @param {readonly string[]} head
 * @param {readonly (readonly string[])[]} rows
 */
function table(head, rows) {
  const line = (/** @type {readonly string[]} */ cells) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}
