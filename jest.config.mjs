/** One project for all specs: swc compiles on the fly, `#name` is the source of a lib and not its build. */
export default {
  testEnvironment: 'node',
  maxWorkers: 2,
  // Tests run real servers and processes, also on machines that have other things to do: this ends what hangs, no more.
  testTimeout: 20_000,
  extensionsToTreatAsEsm: ['.ts'],
  testMatch: ['<rootDir>/{services,libs,test}/**/*.spec.ts'],
  // These have their own command and configuration.
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/containers/'],
  moduleNameMapper: {
    '^(\\.{1,2}/.*)\\.js$': '$1',
    '^#([a-z-]+)$': '<rootDir>/libs/$1/src/index.ts',
  },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
        },
        module: { type: 'es6' },
      },
    ],
  },
};
