import { block, explained, type Lines } from './lines.js';

/** `$sluice_connection`: connections to units are kept, unless a client wants to speak something else over it. */
export function connections(): Lines {
  return explained(
    'Connections to units are kept, unless a client changes the protocol (WebSocket).',
    block('map $http_upgrade $sluice_connection', ['default upgrade;', '"" "";']),
  );
}

/** What each request takes along, beside the tag. */
export const FORWARDED: Lines = [
  'proxy_http_version 1.1;',
  'proxy_set_header Host $http_host;',
  'proxy_set_header Upgrade $http_upgrade;',
  'proxy_set_header Connection $sluice_connection;',
  'proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;',
  'proxy_set_header X-Forwarded-Proto $scheme;',
];
