import { connect } from 'node:net';

/**
 * The INFO line with which a NATS server greets; undefined when nobody answers like one.
 * @param {string} url one URL, or several with commas between them
 * @returns {Promise<{ version: string, jetstream: boolean } | undefined>}
 */
export async function greeting(url) {
  const servers = url.split(',').map((one) => one.trim());
  const answers = await Promise.all(
    servers.map((one) => greetingOf(new URL(one.includes('://') ? one : `nats://${one}`))),
  );
  return answers.find((answer) => answer !== undefined);
}

/**
 * @param {URL} url
 * @returns {Promise<{ version: string, jetstream: boolean } | undefined>}
 */
function greetingOf(url) {
  return new Promise((resolve) => {
    const socket = connect(Number(url.port || 4222), url.hostname.replace(/^\[|\]$/g, ''));
    let text = '';
    socket.setTimeout(1_000, () => socket.destroy());
    socket.setEncoding('utf8').on('data', (chunk) => {
      text += chunk;
      const info = /^INFO (\{.*\})/.exec(text)?.[1];
      if (info) {
        const { version, jetstream } = JSON.parse(info);
        resolve({ version, jetstream: jetstream === true });
      }
      if (info || text.length > 64 * 1024) socket.destroy();
    });
    // A refusal is an answer too: nobody is there yet.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => resolve(undefined));
  });
}
