import type { StoryEntry } from '#messaging';
import { hanging, type Line, span } from '../text/line.js';
import type { Look } from '../text/look.js';
import { pairs } from '../text/pairs.js';
import { moment } from '../text/time.js';
import { actorName } from '../text/words.js';

const WHO_WIDTH = 15;
const MOST_EVIDENCE = 12;
/** What follows the time, further down. */
const INDENT = 22;

/** `when  who  what — why`, and under it what it rests on. Nothing is cut off: this is the record. */
export function storyLines(entry: StoryEntry, look: Look): Line[] {
  const { at, actor, sentence, reason, evidence } = entry;
  const who = span(actorName(actor).padEnd(WHO_WIDTH), actor.kind === 'person' ? 'cyan' : 'dim');
  const told = reason && !sentence.includes(reason) ? `${sentence} — ${reason}` : sentence;
  const main = hanging([span(moment(at), 'dim'), span('  '), who, span('  ')], told, look, { indent: INDENT });
  const facts = evidence ? pairs(evidence, MOST_EVIDENCE) : '';
  const below = [span(' '.repeat(INDENT)), span('evidence  ', 'dim')];
  return facts ? [...main, ...hanging(below, facts, look, { style: 'dim' })] : main;
}

/** The same, led by the release if it is about one, for what one person did to several. */
export function deedLines(entry: StoryEntry, look: Look): Line[] {
  const { release, sentence } = entry;
  return storyLines({ ...entry, sentence: release ? `${release}: ${sentence}` : sentence }, look);
}
