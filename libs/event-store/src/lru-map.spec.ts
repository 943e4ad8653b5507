import { describe, expect, it } from '@jest/globals';
import { LruMap } from './lru-map.js';

describe('a map with a limit', () => {
  it('forgets what was not used for longest', () => {
    const map = new LruMap<string, number>(2);
    map.set('a', 1);
    map.set('b', 2);
    map.get('a');
    map.set('c', 3);

    expect([map.get('a'), map.get('b'), map.get('c')]).toEqual([1, undefined, 3]);
  });

  it('counts an entry that is set again once', () => {
    const map = new LruMap<string, number>(2);
    for (const value of [1, 2, 3]) map.set('a', value);
    map.set('b', 4);
    map.delete('b');
    map.set('c', 5);

    expect([map.get('a'), map.get('b'), map.get('c')]).toEqual([3, undefined, 5]);
  });
});
