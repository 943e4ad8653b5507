import { describe, expect, it } from '@jest/globals';
import { readFreezeWindow } from './readers.js';

const window = (spec: string): string => `apiVersion: sluice/v1
kind: FreezeWindow
metadata: { name: weekend }
spec:
  reason: nobody is there
${spec}`;

const told = (spec: string): string[] => {
  const result = readFreezeWindow(window(spec), 'freeze.yaml');
  return result.ok
    ? []
    : result.problems.map(({ line, column, path, message }) => `${line}:${column} ${path} ${message}`);
};

const recurring = (recurrence: string, duration = '1h', from = '2026-01-02T18:00'): string[] =>
  told(`  from: "${from}"\n  duration: ${duration}\n  recurrence: ${recurrence}\n`).map((line) =>
    line.replace('8:15 spec.recurrence ', ''),
  );

describe('a freeze window', () => {
  it('is about everything, in UTC, once and active, where it says nothing else', () => {
    const result = readFreezeWindow(window('  from: "2026-12-24T18:00"\n  duration: 62h\n'), 'freeze.yaml');
    expect(result.ok && result.value.spec).toEqual({
      reason: 'nobody is there',
      timeZone: 'UTC',
      from: '2026-12-24T18:00',
      duration: '62h',
      scope: {},
      active: true,
    });
  });

  it('takes the rules that people write', () => {
    for (const rule of [
      'FREQ=WEEKLY;BYDAY=FR',
      'RRULE:FREQ=WEEKLY;BYDAY=FR,SA',
      'freq=daily;interval=2',
      'FREQ=MONTHLY;BYDAY=-1FR;UNTIL=20301231T235959Z',
      'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1',
      'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29',
      'FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO;WKST=MO',
      'FREQ=HOURLY;INTERVAL=6;COUNT=10',
    ])
      expect(recurring(rule)).toEqual([]);
  });

  it('is told everything that is wrong with it at once, each where it is', () => {
    expect(
      told(`  timeZone: Europe/Berlln
  from: "2026-02-30T18:00"
  duration: 0s
  recurrence: FREQ=SOMETIMES;BYDAY=XX;FOO=1;COUNT=3;UNTIL=2027
  scope: { clusters: [], risks: [low], service: web }
  actve: false
`),
    ).toEqual([
      '6:13 spec.timeZone there is no time zone Europe/Berlln, did you mean `Europe/Berlin`?; they are named as in Europe/Berlin',
      '7:9 spec.from there is no such time as 2026-02-30T18:00',
      '8:13 spec.duration must be longer than 0s',
      '9:15 spec.recurrence has FREQ=SOMETIMES; must be one of YEARLY, MONTHLY, WEEKLY, DAILY, HOURLY',
      '9:15 spec.recurrence has XX in BYDAY; must be days such as MO, or -1FR for the last Friday',
      '9:15 spec.recurrence has an unknown part FOO',
      '9:15 spec.recurrence has UNTIL=2027; must be a date such as 20270131, with a time as in 20270131T180000 or 20270131T170000Z',
      '9:15 spec.recurrence has COUNT and UNTIL; only one of them can be its end',
      '10:22 spec.scope.clusters must have at least 1 entry',
      '10:34 spec.scope.risks[0] must be one of standard, high, core',
      '10:40 spec.scope.service unknown field, did you mean `services`?',
      '11:3 spec.actve unknown field, did you mean `active`?',
    ]);
  });

  it.each([
    ['timeZone: Berlin', 'there is no time zone Berlin, did you mean `Europe/Berlin`?'],
    ['timeZone: New York', 'there is no time zone New York, did you mean `America/New_York`?'],
    ['timeZone: Mars', 'there is no time zone Mars'],
    ['from: "1969-12-31T18:00"', 'must be from 1970 to 2199'],
    ['from: "2026-12-24T25:00"', 'there is no such time as 2026-12-24T25:00'],
    ['from: "2026-12-24 18:00"', 'must be a local time such as 2026-12-24T18:00'],
    ['from: "2026-12-24T18:00Z"', 'must be a local time such as 2026-12-24T18:00'],
    ['duration: 31d', 'must be at most 30d'],
    ['scope: { clusters: eu }', 'must be a list of names of clusters, or a selector such as { kind: zone, in: eu }'],
    ['scope: { clusters: {} }', 'needs at least one of kind, in, labels'],
  ])('is refused with %s', (line, message) => {
    const fields = new Map([
      ['from', '"2026-12-24T18:00"'],
      ['duration', '1h'],
      ...[line.split(/: (.*)/, 2) as [string, string]],
    ]);
    const problems = told([...fields].map(([name, value]) => `  ${name}: ${value}\n`).join(''));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(message);
  });
});

describe('a recurrence', () => {
  it.each([
    ['FREQ=MINUTELY', 'has FREQ=MINUTELY, which is too fine for a freeze; the finest is HOURLY'],
    ['FREQ=SECONDLY', 'has FREQ=SECONDLY, which is too fine for a freeze; the finest is HOURLY'],
    ['FREQ=WEEKY', 'has FREQ=WEEKY; must be one of YEARLY, MONTHLY, WEEKLY, DAILY, HOURLY, did you mean `WEEKLY`?'],
    ['BYDAY=FR', 'has no FREQ; it begins with FREQ=WEEKLY or the like'],
    ['FREQ=DAILY;FREQ=WEEKLY', 'has FREQ twice'],
    ['FREQ=WEEKLY;BYDYA=FR', 'has an unknown part BYDYA, did you mean `BYDAY`?'],
    ['FREQ=WEEKLY;BYDAY=', 'has BYDAY without a value'],
    ['FREQ=WEEKLY;', 'has an unknown part ""'],
    ['FREQ=DAILY;INTERVAL=0', 'has INTERVAL=0; must be a whole number from 1 to 1000'],
    ['FREQ=DAILY;INTERVAL=1000000000', 'has INTERVAL=1000000000; must be a whole number from 1 to 1000'],
    ['FREQ=HOURLY;COUNT=100000', 'has COUNT=100000; must be a whole number from 1 to 1000'],
    ['FREQ=DAILY;BYHOUR=8,25', 'has 25 in BYHOUR; must be whole numbers from 0 to 23'],
    ['FREQ=YEARLY;BYMONTH=13', 'has 13 in BYMONTH; must be whole numbers from 1 to 12'],
    ['FREQ=MONTHLY;BYMONTHDAY=0', 'has 0 in BYMONTHDAY; must be whole numbers from 1 to 31, or from -31 to -1'],
    ['FREQ=DAILY;RSCALE=CHINESE', 'has an unknown part RSCALE'],
    ['FREQ=DAILY;UNTIL=20260230', 'has UNTIL=20260230; must be a date'],
    ['FREQ=DAILY;UNTIL=20251231', 'has UNTIL=20251231, which is before the first one at 2026-01-02T18:00'],
    [
      'FREQ=WEEKLY;BYDAY=2FR',
      'breaks RFC 5545: BYDAY with numeric value MUST NOT be used unless FREQ is MONTHLY or YEARLY',
    ],
    ['FREQ=DAILY;BYWEEKNO=3', 'breaks RFC 5545: BYWEEKNO MUST NOT be used unless FREQ=YEARLY'],
    [
      'FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7;BYMINUTE=0,5,10,15,20,25,30,35,40,45,50,55,56',
      'comes 104 times a day; at most 96',
    ],
    [
      'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31',
      'never comes: FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31 fits no day within 9 years',
    ],
    ['FREQ=HOURLY;BYMONTHDAY=31;BYMONTH=2', 'never comes'],
    ['FREQ=MONTHLY;BYMONTHDAY=30;BYMONTH=2;COUNT=5', 'never comes'],
    ['FREQ=YEARLY;INTERVAL=1000;COUNT=1000', 'has COUNT=1000, which reaches too far to be worked out'],
    ['FREQ=DAILY;BYMONTH=2;BYDAY=MO;COUNT=1000', 'has COUNT=1000, which reaches too far to be worked out'],
  ])('is refused as %s', (rule, message) => {
    const problems = recurring(rule);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(message);
  });

  it.each([
    ['FREQ=DAILY', '24h'],
    ['FREQ=DAILY', '1d'],
    ['FREQ=DAILY', '30d'],
    ['FREQ=HOURLY', '1h'],
    ['FREQ=WEEKLY;BYDAY=MO,WE,FR', '3d'],
    ['FREQ=MONTHLY;BYMONTHDAY=1,15', '18d'],
    ['FREQ=DAILY;COUNT=1000', '25h'],
  ])(
    'of which the next one begins before the last is over is refused, for it would never end: %s for %s',
    (rule, duration) => {
      expect(recurring(rule, duration)).toEqual([
        `never ends: it comes again before the ${duration} of the last one are over, for more than a year`,
      ]);
    },
  );

  it.each([
    ['FREQ=DAILY', '23h59m'],
    ['FREQ=WEEKLY;BYDAY=FR,SA', '30h'],
    ['FREQ=DAILY;BYMONTH=12', '24h'],
    ['FREQ=DAILY;COUNT=100', '25h'],
    ['FREQ=DAILY;UNTIL=20261231', '1d'],
    ['FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29', '1d'],
  ])('may overlap itself as long as that has an end: %s for %s', (rule, duration) => {
    expect(recurring(rule, duration)).toEqual([]);
  });

  it('is looked at in bounded time, whatever it says', () => {
    const begun = performance.now();
    const all = (to: number) => Array.from({ length: to }, (_, i) => i + 1).join(',');
    const parts = [
      `BYMONTHDAY=${all(31)}`,
      `BYYEARDAY=${all(366)}`,
      'BYMONTH=2',
      'BYDAY=MO,TU,WE,TH,FR',
      'BYHOUR=1,2,3',
      'BYSETPOS=300',
    ];
    for (const freq of ['YEARLY', 'MONTHLY', 'WEEKLY', 'DAILY', 'HOURLY'])
      for (const part of parts) recurring(`FREQ=${freq};${part}`.slice(0, 499), '1h');
    expect(performance.now() - begun).toBeLessThan(15_000);
  });
});
