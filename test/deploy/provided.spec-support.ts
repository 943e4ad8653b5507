export const SERVICES = ['gateway', 'planner', 'executor', 'observer', 'audit'];

/** What whoever installs it brings along: the guide says what belongs in each. */
export const PROVIDED_CONFIG = ['sluice-ca'];
export const PROVIDED_SECRETS = [
  ...SERVICES.map((service) => `sluice-${service}/NATS_URL`),
  'sluice-audit/DATABASE_URL',
  'sluice-tokens',
  'sluice-setup/password',
  'sluice-event-store/EVENT_STORE_URL',
  'nats-passwords',
  'nats-tls',
];
