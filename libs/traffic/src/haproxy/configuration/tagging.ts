import type { Tag } from '#domain';
import { tagMember } from '../../tag-member.js';
import { argument, word } from './quoting.js';

/** A request may carry several baggage headers; more than this many are cut off. */
const BAGGAGE_HEADERS = 4;

/** What stands in `txn.baggage` from the start: all baggage headers as one. */
export function readBaggage(): string[] {
  const fields = Array.from({ length: BAGGAGE_HEADERS }, (_, i) => `%[req.fhdr(baggage,${i + 1})]`);
  return [
    `http-request set-var-fmt(txn.baggage) ${word(fields.join(','))} if { req.fhdr_cnt(baggage) gt 0 }`,
    ...withoutEmptyMembers(),
  ];
}

/** Declares the ACL `tagged`: the request says that it belongs to the staging environment. */
export function aclTagged({ baggage, header }: Tag): string[] {
  const { key, value } = tagMember({ baggage });
  const member = `^[ \\t]*${literal(key)}[ \\t]*=[ \\t]*${literal(value)}[ \\t]*(;.*)?$`;
  return [
    `acl tagged ${word(`req.fhdr(${argument(header)})`)} -m str -- ${word(value)}`,
    `acl tagged req.hdr(baggage) -m reg -- ${word(member)}`,
  ];
}

/** Takes the tag off every request and puts it on those that go to staging; the other members of the baggage stay. */
export function retag({ baggage, header }: Tag): string[] {
  const { key, value } = tagMember({ baggage });
  // However a reader of baggage may come to the key: behind any white space, and percent-encoded.
  const member = `(^|,)[^!-~]*${[...key].map(anyForm).join('')}[^!-~]*=[^,]*`;
  const strip = `var(txn.baggage),regsub(${argument(member)},'',g)`;
  return [
    `http-request set-var(txn.baggage) ${word(strip)} if { var(txn.baggage) -m found }`,
    `http-request set-var-fmt(txn.baggage) ${word(`${baggage},%[var(txn.baggage)]`)} if to_staging { var(txn.baggage) -m found }`,
    `http-request set-var(txn.baggage) str(${baggage}) if to_staging !{ var(txn.baggage) -m found }`,
    ...withoutEmptyMembers(),
    'http-request del-header baggage',
    'http-request set-header baggage %[var(txn.baggage)] if { var(txn.baggage) -m len gt 0 }',
    `http-request del-header ${word(header)}`,
    `http-request set-header ${word(header)} ${value} if to_staging`,
  ];
}

/**
 * Not every reader of baggage puts up with `a=1,,b=2`. Every expression begins with something that a search finds at
 * once: one that begins with white space takes long for a header that is full of it.
 */
function withoutEmptyMembers(): string[] {
  const clean = `var(txn.baggage),regsub(',[, \\t]*',',',g),regsub('^,',''),regsub(',$','')`;
  return [`http-request set-var(txn.baggage) ${word(clean)} if { var(txn.baggage) -m found }`];
}

/** A tag has letters, digits, dots, dashes and underscores; only the dot means something in an expression. */
function literal(text: string): string {
  return text.replaceAll('.', '[.]');
}

function anyForm(character: string): string {
  const code = character.charCodeAt(0).toString(16);
  const encoded = code.replace(/[a-f]/, (digit) => `[${digit}${digit.toUpperCase()}]`);
  return `(${literal(character)}|%${encoded})`;
}
