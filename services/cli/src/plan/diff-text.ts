import { type Finding, isBlocking } from '#domain';
import { elide } from '../text/elide.js';
import { approvalText } from '../text/findings.js';
import { hanging, type Line, span } from '../text/line.js';
import type { Look, Style } from '../text/look.js';
import { count, figure } from '../text/words.js';
import type { BatchChange, Change, Exchange, PlanDiff } from './plan-diff.js';
import { unitNames } from './unit-names.js';

/** More changes of a kind than that nobody reads on a terminal. A pipe gets all of them. */
const MOST = 20;

/** What a plan changes of a release that is out, in plain words. */
export function diffText(diff: PlanDiff, look: Look): Line[] {
  const { release, state, same, digest, spec, units, batches, duration, observation, findings, approval } = diff;
  const heading = [span(`compared with ${release}`, 'bold'), span(`, which is ${state}`)];
  if (same) return [heading, [span('  the same plan', 'green'), span(`, digest ${short(digest.after)}`, 'dim')]];
  const said = few(spec.map(({ path, before, after }) => fact(path, `${valueText(before)} → ${valueText(after)}`)));
  const planned = [
    ...unitFacts(units),
    ...few(batches.map((change) => fact(change.id, batchText(change)))),
    ...changeFact('duration', duration, (text) => text),
    ...changeFact('observation', observation, (text) => text),
    ...few(findings.added.map((finding) => findingFact('new', finding))),
    ...few(findings.removed.map((finding) => findingFact('gone', finding))),
    ...changeFact('approval', approval, approvalText),
  ];
  const note = digest.before === null ? UNPLANNED : said.length + planned.length === 0 ? HIDDEN : '';
  const noteLines = note ? hanging([span('  ')], note, look) : [];
  return [heading, ...noteLines, ...factLines(said, look), ...factLines(planned, look)];

  function few(facts: readonly Fact[]): readonly Fact[] {
    const { first, hidden, last } = elide(facts, look.terminal ? MOST : Number.POSITIVE_INFINITY);
    return hidden > 0 ? [...first, fact(`… ${figure(hidden)} more`, ''), ...last] : first;
  }
}

/** The digest is of all of the plan; the release as it is shown has only what people look at. */
const HIDDEN = 'nothing that is shown differs, but it is not the same plan: drivers, addresses or labels may do';

const UNPLANNED = 'it is not planned yet, so only what it says is compared';

interface Fact {
  readonly name: string;
  readonly text: string;
  readonly style?: Style;
}

function fact(name: string, text: string, style?: Style): Fact {
  return style ? { name, text, style } : { name, text };
}

/** Below one another, what they are about as wide as the widest of them. */
function factLines(facts: readonly Fact[], look: Look): Line[] {
  const width = facts.reduce((widest, { name }) => Math.max(widest, name.length), 0);
  return facts.flatMap(({ name, text, style = 'bold' }) =>
    hanging([span(`  ${name.padEnd(width)}  `, style)], text, look),
  );
}

function changeFact<T>(name: string, change: Change<T> | null, words: (value: T) => string): Fact[] {
  return change ? [fact(name, `${words(change.before)} → ${words(change.after)}`)] : [];
}

function unitFacts(units: Exchange<string>): Fact[] {
  const text = exchangeText(units);
  return text ? [fact('units', text)] : [];
}

function batchText({ change, wave, interval, units }: BatchChange): string {
  if (change !== 'changed') return change === 'added' ? 'is new' : 'is gone';
  return [
    ...(wave ? [`wave ${wave.before} → ${wave.after}`] : []),
    ...(interval ? [`interval ${interval.before} → ${interval.after}`] : []),
    ...(units ? [exchangeText(units)] : []),
  ].join('; ');
}

/** `2 units more: us-2-a us-2-b; 1 unit less: eu-1-d`. */
function exchangeText({ added, removed }: Exchange<string>): string {
  const named = (ids: readonly string[], how: string) =>
    ids.length > 0 ? [`${count(ids.length, 'unit')} ${how}: ${unitNames(ids.map((id) => ({ id })))}`] : [];
  return [...named(added, 'more'), ...named(removed, 'less')].join('; ');
}

function findingFact(how: 'new' | 'gone', { rule, severity, mode, batch, message }: Finding): Fact {
  const blocks = isBlocking({ severity, mode });
  const style = how === 'gone' ? 'green' : blocks ? 'red' : 'yellow';
  return fact(
    `${how} ${rule}`,
    `${mode === 'shadow' ? 'in shadow' : blocks ? 'blocks' : 'warns'}: ${batch ? `${batch} ` : ''}${message}`,
    style,
  );
}

function valueText(value: unknown): string {
  if (value === undefined) return 'nothing';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function short(digest: string | null): string {
  return (digest ?? '').slice(0, 12);
}
