import {
  CONFIGURATION_CATEGORY,
  type ConfigurationKind,
  type ConfigurationState,
  evolveConfiguration,
  NO_CONFIGURATION,
} from '#domain';
import { type EventStore, NO_STREAM, type RecordedEvent } from '#event-store';

/** One registered document: its newest version, and how far in its stream that is. */
export class ConfigurationFile {
  state: ConfigurationState = NO_CONFIGURATION;
  revision = NO_STREAM;

  constructor(
    readonly kind: ConfigurationKind,
    readonly name: string,
  ) {}

  get stream(): string {
    return `${CONFIGURATION_CATEGORY[this.kind]}-${this.name}`;
  }

  take(event: RecordedEvent): void {
    if (event.revision <= this.revision) return;
    this.state = evolveConfiguration(this.state, event);
    this.revision = event.revision;
  }

  /** Reads what others have written since, up to a revision when one is given. */
  async catchUp(store: EventStore, upTo = Number.POSITIVE_INFINITY): Promise<void> {
    for await (const event of store.readStream(this.stream, this.revision + 1)) {
      if (event.revision > upTo) return;
      this.take(event);
    }
  }
}
