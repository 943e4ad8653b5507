import { join } from 'node:path';
import all from '../../jest.config.mjs';

/** The suites that need containers: `npm run test:containers` runs them, `npm test` does not. */
export default {
  ...all,
  rootDir: join(import.meta.dirname, '..', '..'),
  maxWorkers: 1,
  // A container takes its time to start where others run.
  testTimeout: 120_000,
  testMatch: ['<rootDir>/test/containers/**/*.spec.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
};
