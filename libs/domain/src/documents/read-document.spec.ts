import { describe, expect, it } from '@jest/globals';
import { locateProblems, MAX_DOCUMENT, MAX_PROBLEMS, validateDocument } from './read-document.js';
import { readPolicy, readRelease, readTopology } from './readers.js';
import { Release } from './release.js';

const RELEASE = `apiVersion: sluice/v1
kind: Release
metadata: { name: checkout-2.4.0 }
spec:
  service: checkout
  version: "2.4.0"
  topology: production
  rollout:
    - clusters: [eu-1]
      order: serial
      batches: [1, 10%, 50%, 100%]
    - clusters: { kind: zone, in: us }
      order: parallel
      maxParallel: 2
      batches: [25%, 100%]
  interval: { first: 20m, default: 10m }
  validate:
    - name: errors
      metric: { events: errors_total, exposure: requests_total }
  reason: Ships the new tax table
`;

/** What is wrong with the release once `from` is `to`, as `line:column path message`. */
function told(...changes: [from: string, to: string][]): string[] {
  const text = changes.reduce((all, [from, to]) => {
    expect(all).toContain(from);
    return all.replace(from, to);
  }, RELEASE);
  return lines(readRelease(text, 'release.yaml'));
}

function lines(result: ReturnType<typeof readRelease | typeof readTopology | typeof readPolicy>): string[] {
  if (result.ok) return [];
  return result.problems.map(({ line, column, path, message }) => `${line}:${column} ${path} ${message}`);
}

describe('reading a document', () => {
  it('fills the defaults in', () => {
    const result = readRelease(RELEASE, 'release.yaml');
    expect(result).toMatchObject({
      ok: true,
      value: { spec: { risk: 'standard', policy: 'default', limits: { unitsAtOnce: 10, unitTimeout: '60s' } } },
    });
  });

  it('takes JSON for what it is, YAML', () => {
    const yaml = readRelease(RELEASE, 'release.yaml');
    const json = readRelease(JSON.stringify(yaml.ok && yaml.value, null, '\t'), 'release.json');
    expect(json).toEqual(yaml);
  });

  it('takes an anchor and its alias', () => {
    const changes = RELEASE.replace('[1, 10%, 50%, 100%]', '&usual [1, 100%]').replace('[25%, 100%]', '*usual');
    const result = readRelease(changes, 'release.yaml');
    expect(result.ok && result.value.spec.rollout[1]?.batches).toEqual([1, '100%']);
  });

  it('says of each problem in which document it is', () => {
    const result = readRelease(RELEASE.replace('standard', 'x').replace('checkout\n', '-\n'), 'release.yaml');
    expect(!result.ok && result.problems.every(({ source }) => source === 'release.yaml')).toBe(true);
  });

  it('reports every problem at once, in the order of the text', () => {
    expect(
      told(
        ['kind: Release', 'kind: Release\nowner: me'],
        ['service: checkout', 'service: [checkout]'],
        ['order: serial', 'order: sequential'],
        ['[25%, 100%]', '[25%, 20%]'],
        ['  reason: Ships the new tax table\n', ''],
      ),
    ).toEqual([
      '3:1 owner unknown field; known here: apiVersion, kind, metadata, spec',
      '6:3 spec.reason is missing',
      '6:12 spec.service must be text',
      '11:14 spec.rollout[0].order must be one of serial, parallel',
      '16:22 spec.rollout[1].batches[1] does not add to 25% before it; sizes are cumulative',
      '16:22 spec.rollout[1].batches[1] must be 100%: the last batch reaches the whole cluster',
    ]);
  });
});

describe('a problem in plain words', () => {
  it.each<[string, [string, string], string[]]>([
    ['a number where text is wanted', ['"2.4.0"', '2.4'], ['6:12 spec.version must be text; put it in quotes']],
    [
      'a truth value where text is wanted',
      ['service: checkout', 'service: on\n  policy: true'],
      ['6:11 spec.policy must be text; put it in quotes'],
    ],
    ['an empty value', ['service: checkout', 'service:'], ['5:3 spec.service is empty; must be text']],
    [
      'text where a number is wanted',
      ['maxParallel: 2', 'maxParallel: "2"'],
      ['14:20 spec.rollout[1].maxParallel must be a whole number; write it without quotes'],
    ],
    [
      'a number that is not whole',
      ['maxParallel: 2', 'maxParallel: 2.5'],
      ['14:20 spec.rollout[1].maxParallel must be a whole number'],
    ],
    [
      'a number that is too small',
      ['maxParallel: 2', 'maxParallel: 0'],
      ['14:20 spec.rollout[1].maxParallel must be at least 1'],
    ],
    [
      'a number that is too large',
      ['maxParallel: 2', 'maxParallel: 20000'],
      ['14:20 spec.rollout[1].maxParallel must be at most 10000'],
    ],
    [
      'a misspelt choice',
      ['order: serial', 'order: serail'],
      ['10:14 spec.rollout[0].order must be one of serial, parallel, did you mean `serial`?'],
    ],
    ['the only value there is', ['sluice/v1', 'sluice/v2'], ['1:13 apiVersion must be sluice/v1']],
    [
      'an unknown field close to a known one',
      ['order: serial', 'ordr: serial'],
      ['10:7 spec.rollout[0].ordr unknown field, did you mean `order`?'],
    ],
    [
      'a list where fields are wanted',
      ['{ first: 20m, default: 10m }', '[20m]'],
      ['16:13 spec.interval must be a group of fields'],
    ],
    ['a list that is empty', ['[eu-1]', '[]'], ['9:17 spec.rollout[0].clusters must have at least 1 entry']],
    [
      'a duration without a unit',
      ['first: 20m', 'first: 20'],
      ['16:22 spec.interval.first must be a duration such as 90s, 20m or 1h30m'],
    ],
    [
      'a duration in words',
      ['first: 20m', 'first: 20 minutes'],
      ['16:22 spec.interval.first must be a duration such as 90s, 20m or 1h30m'],
    ],
    ['empty text', ['Ships the new tax table', '""'], ['20:11 spec.reason must not be empty']],
    [
      'a name with a blank',
      ['service: checkout', 'service: check out'],
      [
        '5:12 spec.service must be letters, digits, dots, dashes or underscores, and start and end with a letter or digit',
      ],
    ],
    [
      'an entry of a list that is a field too many',
      ['name: errors', 'nam: errors'],
      ['18:7 spec.validate[0].name is missing', '18:7 spec.validate[0].nam unknown field, did you mean `name`?'],
    ],
  ])('%s', (_, change, expected) => {
    expect(told(change)).toEqual(expected);
  });

  it.each([
    ['abc', 'must be a whole number of units such as 1, or a share such as 10%'],
    ['1.5', 'must be a whole number of units such as 1, or a share such as 10%'],
    ['[1]', 'must be a whole number of units such as 1, or a share such as 10%'],
    ['"10"', 'must be a whole number of units such as 1, or a share such as 10%'],
    ['0', 'must be at least 1'],
    ['150%', 'must be over 0% and at most 100%'],
  ])('a size of a batch that is %s gets one sensible message', (size, message) => {
    expect(told(['[1, 10%', `[${size}, 10%`])).toEqual([`11:17 spec.rollout[0].batches[0] ${message}`]);
  });

  it.each([
    [
      'eu-1',
      '9:17 spec.rollout[0].clusters must be a list of names of clusters, or a selector such as { kind: zone, in: eu }',
    ],
    ['[7]', '9:18 spec.rollout[0].clusters[0] must be text; put it in quotes'],
    ['{ knd: zone, in: eu }', '9:19 spec.rollout[0].clusters.knd unknown field, did you mean `kind`?'],
    ['{}', '9:17 spec.rollout[0].clusters needs at least one of kind, in, labels'],
  ])('clusters that are %s get the message for the form they have', (clusters, problem) => {
    expect(told(['[eu-1]', clusters])).toEqual([problem]);
  });

  it('a document of another kind is told just that', () => {
    expect(lines(readTopology(RELEASE, 'release.yaml'))).toEqual(['2:7 kind must be Topology']);
  });
});

describe('text that is no document', () => {
  it.each<[string, string, string]>([
    ['nothing', '', '1:1  is empty'],
    ['only a comment', '# later\n', '1:1  is empty'],
    ['a list', '- 1\n', '1:1  must be a group of fields'],
    ['a bracket that stays open', 'kind: [Release\nspec: 1\n', '2:1  is not valid YAML: deficient indentation'],
    ['a tab for indentation', 'spec:\n\tservice: x\n', '2:1  is not valid YAML: tab characters'],
    ['an alias without its anchor', 'kind: *what\n', '1:8  is not valid YAML: unidentified alias "what"'],
    ['a tag of another language', 'kind: !!python/object x\n', '1:7  is not valid YAML: unknown scalar tag'],
  ])('%s is refused with its place', (_, text, expected) => {
    const [first] = lines(readRelease(text, 'release.yaml'));
    expect(first).toMatch(expected);
  });

  it('holds one document, not two', () => {
    expect(lines(readRelease(`${RELEASE}---\n${RELEASE}`, 'release.yaml'))).toEqual([
      '21:1  holds 2 documents; put each into a file of its own',
    ]);
  });

  it('is told where the second begins, though the first ends with a block of text', () => {
    const text = RELEASE.replace('reason: Ships the new tax table', 'reason: |\n    Ships the new tax table');
    expect(lines(readRelease(`${text}---\n${RELEASE}`, 'release.yaml'))[0]).toMatch(/^22:1 /);
  });

  it('has no field twice, and is checked all the same', () => {
    const twice = told(
      ['order: serial', 'order: serial\n      order: parallel'],
      ['"2.4.0"', '2.4'],
      ['kind: zone', 'kind: zone, kind: vpc'],
    );
    expect(twice).toEqual([
      '6:12 spec.version must be text; put it in quotes',
      '11:7 spec.rollout[0].order is there twice',
      '13:31 spec.rollout[1].clusters.kind is there twice',
    ]);
  });

  it('is not longer than the limit', () => {
    const result = readRelease(' '.repeat(MAX_DOCUMENT + 1), 'release.yaml');
    expect(result).toMatchObject({
      ok: false,
      problems: [{ message: 'is 32.0 MiB long; a document may have 32 MiB' }],
    });
  });

  it('does not repeat itself without end', () => {
    expect(lines(readRelease('kind: &all [1, *all]\n', 'r'))).toEqual(['1:16  alias *all repeats itself']);
  });

  it('does not blow up when its aliases are written out', () => {
    const bomb = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let i = 1; i <= 9; i++)
      bomb.push(`a${i}: &a${i} [${Array.from({ length: 10 }, () => `*a${i - 1}`).join(', ')}]`);
    expect(lines(readRelease(bomb.join('\n'), 'r'))).toEqual(['5:45  aliases repeat more than 100000 values']);
  });

  it('is nested a hundred levels deep at most', () => {
    const [first] = lines(readRelease(`kind: ${'['.repeat(200)}${']'.repeat(200)}`, 'r'));
    expect(first).toContain('is not valid YAML: nesting exceeded maxDepth (100)');
  });

  it('may begin with a byte order mark and end its lines as Windows does', () => {
    const text = `\uFEFF${RELEASE.replaceAll('\n', '\r\n')}`;
    expect(readRelease(text, 'r').ok).toBe(true);
    expect(lines(readRelease(text.replace('sluice/v1', 'v1').replace('"2.4.0"', '2.4'), 'r'))).toEqual([
      '1:13 apiVersion must be sluice/v1',
      '6:12 spec.version must be text; put it in quotes',
    ]);
  });
});

describe('a value that came as JSON', () => {
  it('is validated by the same schema, without line and column', () => {
    expect(validateDocument(Release, { kind: 'Release' }, 'body')).toEqual({
      ok: false,
      problems: ['apiVersion', 'metadata', 'spec'].map((path) => ({ path, message: 'is missing', source: 'body' })),
    });
  });

  it('is nested a hundred levels deep at most', () => {
    const deep: unknown = JSON.parse(`${'['.repeat(50_000)}${']'.repeat(50_000)}`);
    expect(validateDocument(Release, deep, 'body')).toEqual({
      ok: false,
      problems: [{ path: '', message: 'is nested deeper than 100 levels', source: 'body' }],
    });
  });

  it('gets a bounded list of problems, with the number of the rest', () => {
    const spec = Object.fromEntries(Array.from({ length: 998 }, (_, i) => [`stray-field-${i}`, 1]));
    const result = validateDocument(Release, { ...spec, apiVersion: 'sluice/v1' }, 'body');
    const problems = result.ok ? [] : result.problems;
    expect(problems).toHaveLength(MAX_PROBLEMS + 1);
    expect(problems.at(-1)?.message).toBe('and 1 more');
  });
});

describe('a problem that was found after reading', () => {
  it('is given its place in the text that it is about', () => {
    const problems = [
      { path: 'spec.rollout[1].clusters.in', message: 'the topology has no cluster us', source: 'release.yaml' },
      { path: 'spec.rollout[0].batches[3]', message: 'stops', source: 'release.yaml' },
      { path: 'spec.clusters[0]', message: 'elsewhere', source: 'topology.yaml' },
    ];
    expect(locateProblems(problems, RELEASE, 'release.yaml')).toEqual([
      { ...problems[0], line: 12, column: 35 },
      { ...problems[1], line: 11, column: 30 },
      problems[2],
    ]);
  });
});
