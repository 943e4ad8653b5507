/** The boundaries of docs/adr/0001. Each comment says what to do instead. */
module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      severity: 'error',
      comment: 'Move what both need into a third file.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'services-do-not-import-services',
      severity: 'error',
      comment: 'Services talk over NATS. Share code through libs, ask through #messaging.',
      from: { path: '^services/([^/]+)/' },
      to: { path: '^services/([^/]+)/', pathNot: '^services/$1/' },
    },
    {
      name: 'libs-do-not-import-services',
      severity: 'error',
      comment: 'A lib knows nothing of who uses it.',
      from: { path: '^libs/' },
      to: { path: '^services/' },
    },
    {
      name: 'domain-is-pure',
      severity: 'error',
      comment:
        'No I/O, clock, randomness or framework in the core: take it as an argument. Only what is pure itself is let in: zod, js-yaml, and cel-js, which evaluates own rules.',
      from: { path: '^libs/domain/src', pathNot: '\\.spec(-support)?\\.ts$' },
      to: { pathNot: ['^libs/domain/src', '^node_modules/(zod|js-yaml|@marcbachmann/cel-js)/'] },
    },
    {
      name: 'only-the-front-door',
      severity: 'error',
      comment: 'Import a lib by its #name; export what is missing from its index.ts.',
      // #testing as a whole needs jest, which a benchmark does not run under; this one server of it does not.
      from: { path: '^(services|libs|test)/([^/]+)/', pathNot: '^test/bench/store/kurrentdb-node\\.ts$' },
      to: { path: '^libs/([^/]+)/src/(?!index\\.ts$)', pathNot: '^libs/$2/' },
    },
    {
      name: 'no-own-barrel',
      severity: 'error',
      comment: 'Inside a lib, import the file and not the index.',
      from: { path: '^libs/([^/]+)/src/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^libs/$1/src/index\\.ts$' },
    },
    {
      name: 'testing-only-in-tests',
      severity: 'error',
      comment: 'Production code never leans on #testing.',
      from: { pathNot: ['\\.spec\\.ts$', '\\.spec-support\\.ts$', '/spec/', '^test/', '^libs/testing/'] },
      to: { path: '^libs/testing/' },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
  },
};
