import type { EnvironmentSpec, StackService } from '#domain';
import { productionBackend, stagingBackend } from '../names.js';
import { callLog, rememberCall, rememberTag } from './call-log.js';
import { word } from './quoting.js';
import { aclTagged, readBaggage } from './tagging.js';

/** Where the units of each side find a service. Tags are not touched here: a call that lost its tag has to be seen. */
export function internalListeners(
  { tag }: EnvironmentSpec,
  service: StackService,
  log: string | undefined,
): string[][] {
  const { name, listen } = service;
  if (listen === undefined) return [];
  const observed = [...callLog(log, name, { entry: false }), ...rememberCall(), ...readBaggage(), ...rememberTag(tag)];
  return [
    [
      `frontend calls-from-staging.${name}`,
      `bind ${word(listen.staging)}`,
      ...observed,
      '# A closed loop: 503 when no unit is ready, never production.',
      `default_backend ${stagingBackend(name)}`,
    ],
    [
      `frontend calls-from-production.${name}`,
      `bind ${word(listen.production)}`,
      ...observed,
      '# What belongs to staging stays there, or gets 503.',
      ...aclTagged(tag),
      `use_backend ${stagingBackend(name)} if tagged`,
      `default_backend ${productionBackend(name)}`,
    ],
  ];
}
