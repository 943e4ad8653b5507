import { connect } from '@nats-io/transport-node';
import { answerFor } from './arrivals.js';
import { agesIn } from './mark.js';

/** A plain subscription to the subjects of the log, in a process of its own: `node bare-listener.js <url> <subject>`. */
const [url = '', subject = ''] = process.argv.slice(2);
const ages: number[] = [];
answerFor(ages);
const connection = await connect({ servers: url });
connection.subscribe(subject, {
  callback: (error, message) => {
    if (error) throw error;
    ages.push(...agesIn(message.string()));
  },
});
await connection.flush();
process.send?.('ready');
