import { createHash, timingSafeEqual } from 'node:crypto';
import type { Clock, Logger } from '#runtime';
import { DEFAULT_PEOPLE } from './default-people.js';
import type { Person } from './person.js';
import { createTokenFile, readTokenFile, tokenFileVersion } from './token-file.js';

const LOOK_AGAIN_AFTER_MS = 1_000;

interface Known {
  readonly digest: Buffer;
  readonly person: Person;
}

/** Who has which token, as the file says it now: a token that is taken out of the file is worth nothing a second later. */
export class TokenBook {
  private known: readonly Known[] = [];
  private version = '';
  private trouble: Error | null = null;
  private lookedAt = Number.NEGATIVE_INFINITY;
  private looking: Promise<void> | null = null;

  private constructor(
    private readonly path: string,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /** @throws TokenFileError when there is a file and it is not as it should be */
  static async open(path: string, clock: Clock, logger: Logger): Promise<TokenBook> {
    if (await createTokenFile(path, DEFAULT_PEOPLE)) logger.info({ path }, 'made the file of tokens');
    const book = new TokenBook(path, clock, logger);
    await book.refresh();
    return book;
  }

  /**
   * Whose token this is; null when it is nobody's. Takes as long for the first as for the last and for none.
   * @throws TokenFileError while the file is not as it should be: then nobody is let in
   */
  async find(token: string): Promise<Person | null> {
    await this.refresh();
    const digest = digestOf(token);
    const matches = this.known.filter((known) => timingSafeEqual(known.digest, digest));
    return matches[0]?.person ?? null;
  }

  /** Looks whether the file has changed, at most once a second, however many ask. */
  private async refresh(): Promise<void> {
    if (this.clock.now() - this.lookedAt >= LOOK_AGAIN_AFTER_MS) {
      this.looking ??= this.look().finally(() => {
        this.looking = null;
      });
      await this.looking;
    }
    if (this.trouble) throw this.trouble;
  }

  private async look(): Promise<void> {
    try {
      const version = await tokenFileVersion(this.path);
      if (version !== this.version) this.known = await this.read();
      this.version = version;
      this.trouble = null;
    } catch (error) {
      this.version = '';
      this.trouble = error instanceof Error ? error : new Error(String(error));
      this.logger.error({ err: error }, 'the file of tokens cannot be used; nobody is let in until it can');
    }
    this.lookedAt = this.clock.now();
  }

  private async read(): Promise<readonly Known[]> {
    const entries = await readTokenFile(this.path);
    this.logger.info({ path: this.path, people: entries.length }, 'read the file of tokens');
    return entries.map(({ token, ...person }) => ({ digest: digestOf(token), person }));
  }
}

function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
