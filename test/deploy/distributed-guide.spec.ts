import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { PROVIDED_CONFIG, PROVIDED_SECRETS } from './provided.spec-support.js';

const ROOT = join(import.meta.dirname, '../..');
const GUIDE = readFileSync(join(ROOT, 'docs/guides/distributed.md'), 'utf8');

describe('the guide to a distributed installation', () => {
  it('names everything that has to be provided', () => {
    const wanted = [...PROVIDED_CONFIG, ...PROVIDED_SECRETS].flatMap((name) => name.split('/'));
    expect(wanted.filter((name) => !GUIDE.includes(`\`${name}\``))).toEqual([]);
  });

  it('names every password that the servers look for', () => {
    const accounts = readFileSync(join(ROOT, 'deploy/nats/accounts.conf'), 'utf8');
    const variables = [...accounts.matchAll(/\$(NATS_[A-Z]+_PASSWORD)/g)].map(([, name]) => name);
    expect(variables).toHaveLength(8);
    expect(variables.filter((name) => !GUIDE.includes(`\`${name}\``))).toEqual([]);
  });

  it('links only to what is there', () => {
    const targets = [...GUIDE.matchAll(/\]\((?!http)([^)#]+)[^)]*\)/g)].map(([, target = '']) => target);
    expect(targets.length).toBeGreaterThan(2);
    expect(targets.filter((target) => !existsSync(join(ROOT, 'docs/guides', target)))).toEqual([]);
  });
});
