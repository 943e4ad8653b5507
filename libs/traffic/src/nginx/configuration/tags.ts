import type { EnvironmentSpec } from '#domain';
import { tagMember } from '../../tag-member.js';
import { block, explained, type Lines } from './lines.js';
import { escapedForRegex, exactly, headerName, headerVariable, literal, pattern } from './quoting.js';

/** Whatever a reader of baggage may take for white space. */
const SPACE = '[^!-~]*';

/**
 * `$sluice_tagged`, 0 or 1: the request carries the tag. `$sluice_baggage_untagged` and `$sluice_baggage_tagged`: its
 * baggage without and with the tag, whatever it came with; other members stay.
 */
export function tags({ tag }: Pick<EnvironmentSpec, 'tag'>): Lines {
  const { key, value } = tagMember(tag);
  const member = `${SPACE}${inAnyForm(key)}${SPACE}=`;
  return [
    ...explained('Whether a request carries the tag: in the header, or as a member of its baggage.', [
      ...block(`map ${headerVariable(tag.header)} $sluice_tag_in_header`, ['default 0;', `${exactly(value)} 1;`]),
      ...block('map $http_baggage $sluice_tag_in_baggage', [
        'default 0;',
        `${pattern(`(?:^|,)[ \\t]*${escapedForRegex(key)}[ \\t]*=[ \\t]*${escapedForRegex(value)}[ \\t]*(?:[;,]|\\z)`)} 1;`,
      ]),
      ...block('map "$sluice_tag_in_header$sluice_tag_in_baggage" $sluice_tagged', ['default 1;', '00 0;']),
    ]),
    ...explained(
      `The baggage without ${key}. Nobody honest sends it more than once: where one is left, nothing of it is kept.`,
      [
        ...block('map $http_baggage $sluice_baggage_without_last', [
          'default $http_baggage;',
          `${pattern(`^${member}[^,]*\\z`)} "";`,
          `${pattern(`^(?<sluice_before>.*),${member}[^,]*(?<sluice_after>,.*)?\\z`)} $sluice_before$sluice_after;`,
          `${pattern(`^${member}[^,]*,[ \\t]*(?<sluice_others>.*)\\z`)} $sluice_others;`,
        ]),
        ...block('map $sluice_baggage_without_last $sluice_baggage_untagged', [
          'default $sluice_baggage_without_last;',
          `${pattern(`(?:^|,)${member}`)} "";`,
        ]),
        ...block('map $sluice_baggage_untagged $sluice_baggage_tagged', [
          `default "$sluice_baggage_untagged,${tag.baggage}";`,
          `"" ${literal(tag.baggage)};`,
        ]),
      ],
    ),
  ];
}

/** The headers that a request takes along, from the variables that a location sets. */
export function tagHeaders({ tag }: Pick<EnvironmentSpec, 'tag'>): Lines {
  return [`proxy_set_header ${headerName(tag.header)} $sluice_tag;`, 'proxy_set_header baggage $sluice_baggage;'];
}

/** What a location sets so that {@link tagHeaders} tag the request. */
export function tagged({ tag }: Pick<EnvironmentSpec, 'tag'>): Lines {
  return [`set $sluice_tag ${literal(tagMember(tag).value)};`, 'set $sluice_baggage $sluice_baggage_tagged;'];
}

/** What a location sets so that {@link tagHeaders} take the tag away. */
export const UNTAGGED: Lines = ['set $sluice_tag "";', 'set $sluice_baggage $sluice_baggage_untagged;'];

/** Some readers decode keys too; none of them is to find the tag where it was taken off. */
function inAnyForm(key: string): string {
  return [...key]
    .map((character) => `(?:${escapedForRegex(character)}|%(?i:${character.charCodeAt(0).toString(16)}))`)
    .join('');
}
