import { Environment } from '#domain';
import type { UnitPlaces } from './units.js';

/** Where a router listens: for clients, and for what calls `web` from either side. */
export interface RouterPlaces {
  readonly edge: string;
  readonly fromStaging: string;
  readonly fromProduction: string;
}

/** An environment of one service with one unit on each side, behind this router. */
export function environmentWith(units: UnitPlaces, places: RouterPlaces, router: object): Environment {
  return Environment.parse({
    apiVersion: 'sluice/v1',
    kind: 'Environment',
    metadata: { name: 'bench' },
    spec: {
      services: [
        {
          name: 'web',
          units: [{ id: 'web-staging', address: units.staging }],
          production: [units.production],
          listen: { staging: places.fromStaging, production: places.fromProduction },
        },
      ],
      internal: { headers: [{ name: 'x-staff', value: 'yes' }] },
      router,
    },
  });
}
