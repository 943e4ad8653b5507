import { type EnvironmentSpec, entryOf, type StackService } from '#domain';

/** The services to which a router sends requests: the one that clients come in by, and those with internal listeners. */
export function routedServices(spec: EnvironmentSpec): StackService[] {
  const entry = entryOf(spec);
  return spec.services.filter((service) => service === entry || service.listen !== undefined);
}
