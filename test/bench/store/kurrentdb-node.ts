import { KurrentDbServer } from '../../../libs/testing/src/kurrentdb-server.js';

/** The tests' protocol server in a process of its own, so that what it takes is not taken from its client. */
process.once('disconnect', () => process.exit());
const server = await KurrentDbServer.start();
process.send?.(server.url);
