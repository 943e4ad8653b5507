import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { ScaledPlane } from './plane.js';

const AT_ONCE = 8;

/** People at the gateway. */
export class Client {
  private constructor(
    private readonly url: string,
    private readonly tokens: ReadonlyMap<string, string>,
  ) {}

  static async of({ url, tokensFile }: ScaledPlane): Promise<Client> {
    const { tokens } = JSON.parse(await readFile(tokensFile, 'utf8')) as { tokens: { name: string; token: string }[] };
    return new Client(url, new Map(tokens.map(({ name, token }) => [name, token])));
  }

  /** @throws Error when it is refused */
  async post(as: string, path: string, body: object): Promise<{ readonly id?: string }> {
    const response = await fetch(`${this.url}${path}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${this.tokens.get(as)}`,
        'content-type': 'application/json',
        'idempotency-key': randomUUID(),
      },
      body: JSON.stringify(body),
    });
    const answer = (await response.json()) as { id?: string };
    if (!response.ok) throw new Error(`${path}: ${JSON.stringify(answer)}`);
    return answer;
  }
}

/** Does something with each item, a few at a time. */
export async function forEach<Item, Result>(
  items: readonly Item[],
  task: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const left = [...items.entries()].reverse();
  const work = async () => {
    for (let next = left.pop(); next; next = left.pop()) results[next[0]] = await task(next[1]);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return results;
}
