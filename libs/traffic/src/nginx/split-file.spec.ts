import { describe, expect, it } from '@jest/globals';
import { nginxSplit, readSplit, splitIdentity } from './split-file.js';

describe('the split file of nginx', () => {
  it('has staging first, so that a share that grows moves users one way', () => {
    expect(nginxSplit({ internal: '50%', production: '0.01%' })).toContain(
      'split_clients $sluice_user $sluice_production_side {\n    0.01% staging;\n    * production;\n}\n',
    );
  });

  it('has no part for 0% and for 100%, which nginx cannot write exactly', () => {
    const text = nginxSplit({ internal: '100%', production: '0%' });
    expect(text).toContain('$sluice_internal_side {\n    * staging;\n}\n');
    expect(text).toContain('$sluice_production_side {\n    * production;\n}\n');
  });

  it('is read back as it was written', () => {
    const split = { internal: '100.0%', production: '1.5%' };
    expect(readSplit(nginxSplit(split, ['17@300', '18@301']))).toEqual({
      identity: 'internal=10000 production=150',
      replaces: ['17@300', '18@301'],
    });
    expect(readSplit(nginxSplit(split))).toEqual({ identity: splitIdentity(split), replaces: [] });
  });

  it('is not taken for what somebody else wrote', () => {
    expect(readSplit('')).toBeNull();
    expect(readSplit('split_clients $sluice_user $sluice_production_side { * production; }\n')).toBeNull();
  });
});
