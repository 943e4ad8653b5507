import { once } from 'node:events';
import { type ClientRequest, get, type IncomingMessage } from 'node:http';
import { answerFor } from './arrivals.js';
import { agesIn } from './mark.js';

const OPENED_AT_ONCE = 50;
const MESSAGE_END = '\n\n';

/** Clients of the gateway's stream of events, in a process of their own: `node sse-listeners.js <url> <token> <count>`. */
const [url = '', token = '', count = '1'] = process.argv.slice(2);
const ages: number[] = [];
answerFor(ages);
for (let left = Number(count); left > 0; left -= OPENED_AT_ONCE) {
  await Promise.all(Array.from({ length: Math.min(left, OPENED_AT_ONCE) }, listen));
}
process.send?.('ready');

async function listen(): Promise<void> {
  const headers = { authorization: `Bearer ${token}`, accept: 'text/event-stream' };
  const request: ClientRequest = get(url, { headers, agent: false });
  const [answer] = (await once(request, 'response')) as [IncomingMessage];
  if (answer.statusCode !== 200) throw new Error(`the gateway answers with ${answer.statusCode}`);
  let rest = '';
  answer.setEncoding('utf8').on('data', (piece: string) => {
    const text = rest + piece;
    const end = text.lastIndexOf(MESSAGE_END);
    rest = text.slice(end < 0 ? 0 : end);
    if (end >= 0) ages.push(...agesIn(text.slice(0, end)));
  });
  answer.once('close', () => {
    if (process.connected) throw new Error('the gateway has closed a stream');
  });
}
