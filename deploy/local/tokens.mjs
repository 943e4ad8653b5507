import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Where the gateway leaves the tokens that it makes at its first start: readable by its owner alone.
 * @param {string} data
 */
export function tokensFile(data) {
  return join(data, 'tokens.json');
}

/**
 * Tokens by name: author, operator, second-operator, peer, owner, director, admin.
 * @param {string} data
 * @returns {Record<string, string>}
 */
export function readTokens(data) {
  const { tokens } = JSON.parse(readFileSync(tokensFile(data), 'utf8'));
  return Object.fromEntries(
    tokens.map((/** @type {{ name: string, token: string }} */ { name, token }) => [name, token]),
  );
}
