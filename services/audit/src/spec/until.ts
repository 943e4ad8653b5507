import { pause } from '#runtime';

const PATIENCE_MS = 20_000;

/** Asks again and again until the answer is there. @throws Error when it never is */
export async function until<T>(what: string, ask: () => Promise<T | null | undefined | false>): Promise<T> {
  for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; await pause(20)) {
    const answer = await ask();
    if (answer) return answer;
  }
  throw new Error(`in ${PATIENCE_MS} ms there was no ${what}`);
}
