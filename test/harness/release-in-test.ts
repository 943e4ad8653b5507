import { ENDS, type ReleaseView } from '#domain';
import { until } from '#testing';
import type { Api } from './api.js';

/** An event as the gateway tells it. */
export interface Told {
  readonly type: string;
  readonly at: string;
  readonly data: Record<string, never>;
}

/** One release, seen from outside. */
export class ReleaseInTest {
  constructor(
    private readonly api: Api,
    readonly id: string,
  ) {}

  async view(): Promise<ReleaseView> {
    return (await this.api.insist('GET', `/v1/releases/${this.id}`)).body as unknown as ReleaseView;
  }

  async events(): Promise<Told[]> {
    const { body } = await this.api.insist('GET', `/v1/releases/${this.id}/events?limit=1000`);
    return (body as unknown as { events: Told[] }).events;
  }

  /** Waits until the release looks like this; a second person confirms whatever is observed if asked to. */
  async until(
    what: string,
    isSo: (view: ReleaseView) => boolean,
    { confirms = false, timeoutMs = 40_000 } = {},
  ): Promise<ReleaseView> {
    let view = await this.view();
    const look = async () => {
      view = await this.view();
      if (isSo(view)) return true;
      if ((ENDS as readonly string[]).includes(view.state)) throw new Error(`it is ${view.state}, not ${what}`);
      if (confirms) await this.confirmAll(view);
      return false;
    };
    await until(`${this.id} is ${what}`, look, timeoutMs).catch((error: unknown) => {
      throw new Error(`it came no further than ${JSON.stringify(view, null, 1)}`, { cause: error });
    });
    return view;
  }

  /** With all of its traffic in staging. */
  untilOpen(production: string): Promise<ReleaseView> {
    return this.until('with all its traffic', ({ staging }) => {
      return staging?.traffic.now.production === production && staging.traffic.shiftingTo === null;
    });
  }

  private async confirmAll({ staging, batches }: ReleaseView): Promise<void> {
    for (const batch of [...(staging ? [staging] : []), ...batches]) {
      if (batch.state !== 'observing' || batch.verdicts.some(({ validator }) => validator === 'second-look')) continue;
      const body = { batch: batch.id, seen: 'orders come in' };
      await this.api.insist('POST', `/v1/releases/${this.id}/confirmations`, { as: 'second-operator', body });
    }
  }
}
