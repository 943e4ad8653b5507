import type { ReleaseSpec } from '../../documents/release.js';
import { Validator, type ValidatorKind } from '../../documents/validators.js';
import type { Candidate } from './release-patch.js';

/** A way to validate, and the fields of it that only the author knows. */
interface Template {
  readonly kind: ValidatorKind;
  readonly name: string;
  readonly check: object;
  readonly fillIn: readonly string[];
}

/** A second person can look at any service; what its metrics and logs are called is known to its author alone. */
const HEALTH: readonly Template[] = [
  { kind: 'confirm', name: 'second-look', check: {}, fillIn: [] },
  {
    kind: 'metric',
    name: 'errors',
    check: { events: 'http_requests_total{code=~"5.."}', exposure: 'http_requests_total' },
    fillIn: ['events', 'exposure'],
  },
  {
    kind: 'latency',
    name: 'latency',
    check: { histogram: 'http_request_duration_seconds' },
    fillIn: ['histogram'],
  },
  {
    kind: 'log',
    name: 'business',
    check: { source: 'service.log', pattern: 'done', min: 1 },
    fillIn: ['source', 'pattern', 'min'],
  },
];

const FILE: Template = {
  kind: 'file',
  name: 'online-file',
  check: { path: '/build-info.json', sha256: '0'.repeat(64) },
  fillIn: ['path', 'sha256'],
};

/** One more validator of how the service is, of a kind that is accepted: one that needs nothing filled in, if there is one. */
export function* healthChecks(spec: ReleaseSpec, accepted: readonly string[]): Generator<Candidate> {
  for (const template of HEALTH) if (accepted.includes(template.kind)) yield* withValidator(spec, template);
}

/** One more validator, of the deployment itself. */
export function fileChecks(spec: ReleaseSpec): Generator<Candidate> {
  return withValidator(spec, FILE);
}

/** At the end of the list; in place of the last where the list may not be longer. */
function* withValidator(spec: ReleaseSpec, { kind, name, check, fillIn }: Template): Generator<Candidate> {
  for (const kept of [spec.validate, spec.validate.slice(0, -1)]) {
    const validator = Validator.parse({ name: freeName(name, kept), [kind]: check });
    const place = ['spec', 'validate', kept.length, kind];
    yield { spec: { ...spec, validate: [...kept, validator] }, fillIn: fillIn.map((field) => [...place, field]) };
  }
}

function freeName(wanted: string, validators: readonly Validator[]): string {
  const taken = new Set(validators.map(({ name }) => name));
  let name = wanted;
  for (let number = 2; taken.has(name); number++) name = `${wanted}-${number}`;
  return name;
}
