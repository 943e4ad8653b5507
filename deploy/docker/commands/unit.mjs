#!/usr/bin/env node
/**
 * Changes one unit of the demonstration fleet, or reads it back: what the exec driver runs. Yours go into a folder of
 * your own; SLUICE_COMMANDS names it.
 */

const { SLUICE_ACTION: action, SLUICE_ADDRESS: address, SLUICE_VERSION: version = '' } = process.env;
const request = action === 'inspect' ? {} : { method: 'PUT', body: version };
const answer = await fetch(`http://${address}/version`, { ...request, signal: AbortSignal.timeout(10_000) });
// Not from 64, 65, 77 or 78, which would say that trying again cannot help.
if (!answer.ok) process.exit(1);
// One JSON object on standard output: what runs there, and whether it is well.
console.log(await answer.text());
