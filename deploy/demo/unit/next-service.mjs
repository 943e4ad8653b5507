import { Agent, request as httpRequest } from 'node:http';

const TIMEOUT_MS = 3_000;
// Shorter than the router keeps an idle connection: none is used just when it closes it.
const IDLE_MS = 20_000;
/** What belongs to a request as a whole, and travels with every call that comes of it. */
const TRAVELLING = ['baggage', 'x-sluice-env'];

/** The service that a service calls, from an address of the caller's own. */
export class NextService {
  #address;
  #agent;

  /**
   * @param {string} address host:port
   * @param {string} from the caller's own address
   */
  constructor(address, from) {
    this.#address = address;
    this.#agent = new Agent({ keepAlive: true, timeout: IDLE_MS, maxSockets: 64, localAddress: from });
  }

  /**
   * Calls it on behalf of a request.
   * @param {string} path
   * @param {import('node:http').IncomingMessage} onBehalf
   * @returns {Promise<number>} the status; 503 when there was no answer
   */
  call(path, onBehalf) {
    const headers = Object.fromEntries(
      TRAVELLING.flatMap((name) => (onBehalf.headers[name] === undefined ? [] : [[name, onBehalf.headers[name]]])),
    );
    return new Promise((resolve) => {
      const options = { agent: this.#agent, headers, timeout: TIMEOUT_MS };
      const request = httpRequest(`http://${this.#address}${path}`, options, (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode ?? 503));
        response.on('error', () => resolve(503));
      });
      request.on('timeout', () => request.destroy());
      request.on('error', () => resolve(503));
      request.end();
    });
  }
}
