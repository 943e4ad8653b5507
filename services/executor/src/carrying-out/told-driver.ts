import { SpanKind } from '@opentelemetry/api';
import type { Unit } from '#domain';
import type { EffectOptions, UnitChange, UnitDriver, UnitTarget, UnitVersion } from '#drivers';
import { attributesOf, errorCode, inSpan, type Logger } from '#runtime';

/** Whose unit a driver changes. */
interface Place {
  readonly release: string;
  readonly batch: string;
}

/** A driver each of whose calls is a span and a line of the log: which unit, what came of it, how long it took. */
export class ToldDriver implements UnitDriver {
  constructor(
    private readonly driver: UnitDriver,
    private readonly place: Place,
    private readonly logger: Logger,
  ) {}

  inspect(unit: Unit, signal?: AbortSignal): Promise<UnitVersion> {
    return this.tell('inspect', unit, {}, () => this.driver.inspect(unit, signal));
  }

  deploy(unit: Unit, change: UnitChange, key: string, options: EffectOptions): Promise<void> {
    const facts = { version: change.version, key };
    return this.tell('deploy', unit, facts, () => this.driver.deploy(unit, change, key, options));
  }

  rollback(unit: Unit, to: UnitTarget, key: string, options: EffectOptions): Promise<void> {
    const facts = { version: to.version, key };
    return this.tell('rollback', unit, facts, () => this.driver.rollback(unit, to, key, options));
  }

  /** Units are looked at again and again until they are as they should be: that is no news. */
  private tell<T>(call: keyof UnitDriver, unit: Unit, facts: object, work: () => Promise<T>): Promise<T> {
    const attributes = attributesOf({ ...this.place, unit: unit.id, command: call });
    return inSpan(`${unit.driver} ${call}`, { kind: SpanKind.CLIENT, attributes }, async () => {
      const began = performance.now();
      const say = (level: 'debug' | 'info' | 'warn', outcome: string) => {
        const ms = Math.round(performance.now() - began);
        const line = { ...this.place, unit: unit.id, driver: unit.driver, call, ...facts, outcome, ms };
        this.logger[level](line, 'the driver has answered');
      };
      try {
        const answer = await work();
        say(call === 'inspect' ? 'debug' : 'info', 'done');
        return answer;
      } catch (error) {
        const code = errorCode(error);
        // What is interrupted goes on, and is found again by its key.
        if (call === 'inspect') say('debug', code);
        else say(code === 'interrupted' ? 'info' : 'warn', code);
        throw error;
      }
    });
  }
}
