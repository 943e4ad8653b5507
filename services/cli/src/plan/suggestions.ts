import { dump } from 'js-yaml';
import { type Finding, type FindingSource, formatPath, type Patch, type PatchOperation, RULES } from '#domain';
import { hanging, type Line, span } from '../text/line.js';
import type { Look } from '../text/look.js';
import { figure } from '../text/words.js';

/** More changes of one kind than that nobody reads on a terminal. A pipe gets all of them. */
const MOST_CHANGES = 8;

const INDENT = '      ';

const HOW = 'each on its own removes what it stands below; make one, then plan again';

/** What the documents are called here, a file's name for instance. */
export type DocumentNames = Readonly<Record<FindingSource, string>>;

/** What would remove each finding, as changes of the documents. Findings that one and the same change removes share it. */
export function suggestionLines(findings: readonly Finding[], names: DocumentNames, look: Look): Line[] {
  if (findings.length === 0) return [];
  const shared = new Map<string, Finding[]>();
  for (const finding of findings) {
    const key = JSON.stringify(finding.patch ?? reasonFor(finding));
    shared.set(key, [...(shared.get(key) ?? []), finding]);
  }
  const heading = hanging([span('suggestions  ', 'bold')], HOW, look, { style: 'dim' });
  return [[], ...heading, ...[...shared.values()].flatMap((together) => suggestion(together, names, look))];
}

function suggestion(together: readonly Finding[], names: DocumentNames, look: Look): Line[] {
  const [first] = together;
  if (!first) return [];
  const lines = first.patch ? changes(first.patch, names, look) : hanging([span(INDENT)], reasonFor(first), look);
  return [...hanging([span('  ')], titleOf(together), look, { style: 'bold' }), ...lines];
}

/** `INT-1 eu-1.1 eu-1.2, INT-2`. */
function titleOf(together: readonly Finding[]): string {
  const rules = [...new Set(together.map(({ rule }) => rule))];
  const batchesOf = (rule: string) => together.flatMap((found) => (found.rule === rule ? (found.batch ?? []) : []));
  return rules.map((rule) => [rule, ...new Set(batchesOf(rule))].join(' ')).join(', ');
}

/** The requirement's rules have a change wherever there is one; of other rules it is not known what they want. */
function reasonFor({ rule }: Finding): string {
  const isBuiltIn = RULES.some((known) => known === rule);
  return isBuiltIn ? 'no change of the documents would do' : 'which change of the documents would do is not known here';
}

function changes({ document, operations, fillIn = [] }: Patch, names: DocumentNames, look: Look): Line[] {
  const shown = look.terminal ? operations.slice(0, MOST_CHANGES) : operations;
  const hidden = operations.length - shown.length;
  return [
    ...hanging([span(INDENT)], `in ${names[document]}`, look, { style: 'dim' }),
    ...shown.flatMap((operation) => hanging([span(INDENT)], inWords(operation), look, { indent: INDENT.length + 2 })),
    ...(hidden > 0 ? [[span(`${INDENT}… and ${figure(hidden)} more like these; --json has them all`, 'dim')]] : []),
    ...fillIn.flatMap((place) =>
      hanging([span(INDENT), span('to fill in: ', 'yellow')], `${placeOf(place)}, which nobody but you can know`, look),
    ),
  ];
}

function inWords({ op, path, value }: PatchOperation): string {
  if (op === 'remove') return `remove ${placeOf(path)}`;
  if (path.endsWith('/-')) return `add to ${placeOf(path.slice(0, -2))}: ${flow(value)}`;
  return `set ${placeOf(path)} to ${flow(value)}`;
}

/** `/spec/rollout/0/batches` is `spec.rollout[0].batches`. */
function placeOf(pointer: string): string {
  const steps = pointer.split('/').slice(1);
  return formatPath(
    steps.map((step) => (/^\d+$/.test(step) ? Number(step) : step.replaceAll('~1', '/').replaceAll('~0', '~'))),
  );
}

/** As it can be written into the document, on one line. */
function flow(value: unknown): string {
  return dump(value, { flowLevel: 0, lineWidth: -1, noRefs: true }).trimEnd();
}
