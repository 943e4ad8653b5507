import { get } from 'node:http';
import { splitHostPort } from '#domain';

/** More than this nobody has to say here. */
const MAX_BODY = 4_096;

/**
 * Asks over a connection of its own, so that it is the operating system that picks who answers.
 * @throws what node:http throws, an abort too; an Error for an answer that is too long
 */
export function httpGet(
  place: string,
  path: string,
  signal: AbortSignal,
): Promise<{ readonly status: number; readonly body: string }> {
  const { host, port } = splitHostPort(place) ?? {};
  return new Promise((resolve, reject) => {
    const request = get({ host, port, path, agent: false, signal }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => {
        body += text;
        if (body.length > MAX_BODY)
          request.destroy(new Error(`${place}${path} answers with more than ${MAX_BODY} bytes`));
      });
      response.once('error', reject);
      response.once('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    request.once('error', reject);
  });
}
