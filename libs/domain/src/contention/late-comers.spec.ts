import { describe, expect, it } from '@jest/globals';
import type { Sketch } from '../release/sketch.spec-support.js';
import { EXECUTOR, running, type Story } from '../release/story.spec-support.js';
import { lateComerTaken, type Rival } from './late-comers.js';

const INCLUDING: Sketch = { waves: [{ 'eu.1': 1 }], spec: { drift: 'include' } };

/** A release of one unit, to which another one came while it ran. */
function withLate(id: string): Story {
  const added = [{ cluster: 'eu', units: [{ id, driver: 'exec' }] }];
  return running(INCLUDING).does({ type: 'report-drift', revision: 4, digest: 'd', added, removed: [] }, EXECUTOR);
}

const startedAt = (at: number, { started }: Story): Rival => ({ state: started, startedAt: at });

describe('a unit that came to a release while it runs', () => {
  it('is waited for when another release was planned with it, whoever was started first', () => {
    const own = startedAt(1, withLate('us.1-1'));
    const planned = running({ waves: [{ 'us.1': 1 }] });
    for (const at of [0, 2]) {
      expect(lateComerTaken(own, [startedAt(at, planned)])).toMatchObject({
        code: 'UNITS_TAKEN',
        what: expect.stringContaining('unit us.1-1, which came later, belongs to release'),
      });
    }
    expect(lateComerTaken(own, [startedAt(0, running({ waves: [{ 'ap.1': 1 }] }))])).toBeNull();
  });

  it('goes to the one that was started first when two took it in, unless the other has begun with it', () => {
    const own = startedAt(1, withLate('eu-9'));
    const other = withLate('eu-9');
    expect(lateComerTaken(own, [startedAt(2, other)])).toBeNull();
    expect(lateComerTaken(own, [startedAt(0, other)])).not.toBeNull();
    expect(lateComerTaken(own, [startedAt(2, other.passes('eu.1').begins('eu.2', 'eu-9'))])).not.toBeNull();
  });

  it('is asked about when it is next, and units of the plan never are', () => {
    const planned = running({ waves: [{ 'eu.1': 1 }, { 'us.1': 1 }], spec: { drift: 'include' } });
    expect(lateComerTaken(startedAt(1, planned), [startedAt(0, running({ waves: [{ 'us.1': 1 }] }))])).toBeNull();
  });
});
