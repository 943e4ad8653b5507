import {
  CONFIGURATION_CATEGORY,
  type ConfigurationEventType,
  type ConfigurationKind,
  type ConfigurationState,
  type Registered,
} from '#domain';
import type { EventStore, RecordedEvent, Subscription } from '#event-store';
import { KeyedQueue } from '../keyed-queue.js';
import { ConfigurationFile } from './configuration-file.js';

/** What puts a version in force. */
const IN_FORCE: readonly string[] = [
  'ConfigurationRegistered.v1',
  'ConfigurationApproved.v1',
] satisfies readonly ConfigurationEventType[];
/** Events that are read at a time. */
const PAGE = 200;

type Changed = (kind: ConfigurationKind, name: string) => void;

/** Registered documents of some kinds as they stand in the log, kept up to date. */
export class ConfigurationFollower {
  private readonly files = new Map<string, ConfigurationFile>();
  private readonly queue = new KeyedQueue();
  private subscription: Subscription | null = null;
  /** How far the log is known, by kind. */
  private readonly positions = new Map<ConfigurationKind, number>();

  /**
   * @param kinds which documents it follows; only these are listed
   * @param onChange called for each version that is registered from the start on, by anybody; not for what stood there
   */
  constructor(
    private readonly store: EventStore,
    private readonly kinds: readonly ConfigurationKind[],
    private readonly onChange: Changed = () => undefined,
  ) {}

  /** Resolves when everything that stood in the log is known. */
  async start(): Promise<void> {
    let caughtUp = false;
    const categories = this.kinds.map((kind) => CONFIGURATION_CATEGORY[kind]);
    this.subscription = await this.store.subscribe({ categories }, async (event) => {
      const file = await this.take(event);
      if (file && caughtUp && IN_FORCE.includes(event.type)) this.onChange(file.kind, file.name);
    });
    await Promise.race([this.subscription.caughtUp, this.subscription.closed]);
    caughtUp = true;
  }

  /** Settles when following ended: resolves after `stop`, rejects with the error that ended it. */
  get closed(): Promise<void> {
    return this.subscription?.closed ?? Promise.resolve();
  }

  async stop(): Promise<void> {
    await this.subscription?.stop();
  }

  /** The newest version of each document of a kind that has come here, by name. */
  list(kind: ConfigurationKind): Registered[] {
    return this.states(kind).flatMap(({ current }) => current ?? []);
  }

  /** All that is known of each document of a kind, by name. */
  states(kind: ConfigurationKind): ConfigurationState[] {
    const files = [...this.files.values()].filter((file) => file.kind === kind);
    return files.sort((a, b) => a.name.localeCompare(b.name)).map(({ state }) => state);
  }

  /**
   * Reads what was registered of a kind and has not come here yet, so that {@link list} is what the log has now.
   * @throws StoreUnavailable when the log could not be reached: then nobody knows what it has
   */
  async readOn(kind: ConfigurationKind): Promise<void> {
    const categories = [CONFIGURATION_CATEGORY[kind]];
    for (;;) {
      const after = this.positions.get(kind);
      const options = { categories, limit: PAGE, ...(after === undefined ? {} : { after }) };
      const page = await this.store.readAll(options);
      for (const event of page) await this.take(event);
      if (page.length < PAGE) return;
    }
  }

  /**
   * The newest version as the log has it now; null when none was ever registered.
   * @throws StoreUnavailable when the log could not be reached
   */
  current(kind: ConfigurationKind, name: string): Promise<Registered | null> {
    return this.inOrder(kind, name, async (file) => {
      await file.catchUp(this.store);
      return file.state.current;
    });
  }

  /**
   * The version that a release pinned; null when there is none of this revision.
   * @throws StoreUnavailable when the log could not be reached
   */
  async pinned(kind: ConfigurationKind, name: string, revision: number): Promise<Registered | null> {
    const file = new ConfigurationFile(kind, name);
    await file.catchUp(this.store, revision);
    return file.state.current?.revision === revision ? file.state.current : null;
  }

  /** Runs a task on one document, after those before it on the same document. */
  inOrder<T>(kind: ConfigurationKind, name: string, task: (file: ConfigurationFile) => Promise<T>): Promise<T> {
    const key = `${kind}/${name}`;
    return this.queue.run(key, async () => {
      const known = this.files.get(key);
      const file = known ?? new ConfigurationFile(kind, name);
      const result = await task(file);
      // Asking for a name that does not exist leaves nothing behind.
      if (!known && file.revision >= 0) this.files.set(key, file);
      return result;
    });
  }

  private async take(event: RecordedEvent): Promise<ConfigurationFile | null> {
    const kind = this.kinds.find((candidate) => event.stream.startsWith(`${CONFIGURATION_CATEGORY[candidate]}-`));
    if (!kind) return null;
    const name = event.stream.slice(CONFIGURATION_CATEGORY[kind].length + 1);
    const taken = await this.inOrder(kind, name, async (file) => {
      file.take(event);
      return file;
    });
    this.positions.set(kind, Math.max(this.positions.get(kind) ?? -1, event.position));
    return taken;
  }
}
