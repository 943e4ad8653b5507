import { type Person, ROLES } from './person.js';

/** Whom the first start makes tokens for: enough people to try every rule, second looks and levels included. */
export const DEFAULT_PEOPLE: readonly Person[] = [
  { name: 'viewer', roles: ['viewer'] },
  { name: 'author', roles: ['viewer', 'author'] },
  { name: 'operator', roles: ['viewer', 'operator'] },
  { name: 'second-operator', roles: ['viewer', 'operator'] },
  { name: 'peer', roles: ['viewer', 'approver'], level: 'peer' },
  { name: 'owner', roles: ['viewer', 'approver'], level: 'owner' },
  { name: 'director', roles: ['viewer', 'approver'], level: 'director' },
  { name: 'admin', roles: ROLES, level: 'director' },
];
