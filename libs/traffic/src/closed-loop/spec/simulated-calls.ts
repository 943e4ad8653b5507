import type { CallRecord } from '../../calls/call-record.js';
import type { CallKind } from '../closed-loop.js';
import type { Dice, SimulatedService, SimulatedStack } from './simulated-stack.js';

/** A call with what it is, known from how it was made and not from looking at it. */
export interface SimulatedCall {
  readonly call: CallRecord;
  readonly kind: CallKind;
  /** For a call inside between services. */
  readonly edge: string | null;
}

const TAGS: readonly Partial<CallRecord>[] = [
  { baggage: 'sluice.env=staging' },
  { baggage: 'user=7;ttl=1 , sluice.env = staging ; hop=2,cart=%2C' },
  { baggage: 'sluice.env=%73taging' },
  { tag: 'staging' },
  { tag: 'staging', baggage: 'user=7' },
];
const NO_TAGS: readonly Partial<CallRecord>[] = [
  {},
  { baggage: 'user=7' },
  { baggage: 'sluice.env=production', tag: 'production' },
  { baggage: 'user=sluice.env=staging' },
  { baggage: 'sluice.env="staging"' },
];
const STRANGERS = ['203.0.113.9', '10.50.0.1', '2001:db8::1'] as const;

/** Calls of a stack that does what it should, and calls that should not be, each made for the one reason it is there for. */
export class SimulatedCalls {
  #made = 0;

  constructor(
    private readonly stack: SimulatedStack,
    private readonly dice: Dice,
  ) {}

  sound(): SimulatedCall {
    const lot = this.dice.roll();
    if (lot < 0.55) return this.#insideStaging();
    if (lot < 0.65) return this.#toUpstream();
    if (lot < 0.9) return this.#insideProduction();
    if (lot < 0.94) return this.#entry();
    if (lot < 0.97) return this.#health();
    return this.#unanswered();
  }

  leak(): SimulatedCall {
    const { dice } = this;
    const [from, to] = this.#edge();
    const stranger = dice.one(STRANGERS);
    const anyTag = dice.one([...TAGS, ...NO_TAGS]);
    const makers: (() => SimulatedCall)[] = [
      // To production by its address, with the tag or without it.
      () =>
        this.#make('left', { source: host(dice.one(from.staging)), destination: dice.one(to.production), ...anyTag }),
      // To somewhere that nobody has heard of.
      () => this.#make('left', { source: host(dice.one(from.staging)), destination: '198.51.100.7:443', ...anyTag }),
      // From where it cannot be told, but with the tag.
      () => this.#make('left', { source: stranger, destination: dice.one(to.production), ...dice.one(TAGS) }),
      // Behind a proxy that names who called.
      () =>
        this.#make('left', {
          source: stranger,
          client: host(dice.one(from.staging)),
          destination: dice.one(to.production),
        }),
      // Tried in staging first, then in production.
      () =>
        this.#make('left', {
          source: host(dice.one(from.staging)),
          destination: `${dice.one(to.staging)}, ${dice.one(to.production)}`,
          ...dice.one(TAGS),
        }),
      // Came in from production, or from nowhere.
      () =>
        this.#make('untagged', {
          source: host(dice.one(from.production)),
          destination: dice.one(to.staging),
          ...dice.one(NO_TAGS),
        }),
      () => this.#make('untagged', { source: stranger, destination: dice.one(to.staging), ...dice.one(NO_TAGS) }),
      // A service dropped the tag.
      () =>
        this.#make('untagged', {
          source: host(dice.one(from.staging)),
          destination: dice.one(to.staging),
          ...dice.one(NO_TAGS),
        }),
      // A client of the router that is one of staging's own services.
      () =>
        this.#make('left', { source: host(dice.one(from.staging)), destination: dice.one(to.production), entry: true }),
    ];
    return dice.one(makers)();
  }

  #insideStaging(): SimulatedCall {
    const [from, to] = this.#edge();
    // From the unit, or through a router that the source does not tell from others and that writes who called.
    const whence =
      this.dice.roll() < 0.8
        ? { source: host(this.dice.one(from.staging)) }
        : { source: '10.50.0.1', caller: from.name };
    const call = { ...whence, destination: this.dice.one(to.staging), service: to.name, ...this.dice.one(TAGS) };
    return this.#make('inside', call, `${from.name}>${to.name}`);
  }

  #toUpstream(): SimulatedCall {
    if (this.stack.upstreams.length === 0) return this.#insideStaging();
    const from = this.dice.one(this.stack.services);
    const { name, address } = this.dice.one(this.stack.upstreams);
    const tag = this.dice.one([...TAGS, ...NO_TAGS]);
    const call = { source: host(this.dice.one(from.staging)), destination: address, service: name, ...tag };
    return this.#make('inside', call, `${from.name}>${name}`);
  }

  #insideProduction(): SimulatedCall {
    const [from, to] = this.#edge();
    const source = host(this.dice.one(from.production));
    return this.#make('outside', { source, destination: this.dice.one(to.production), ...this.dice.one(NO_TAGS) });
  }

  /** A client may send a tag of its own; where the router sends it is what counts. */
  #entry(): SimulatedCall {
    const [first] = this.stack.services as [SimulatedService];
    const call = { source: this.dice.one(STRANGERS), entry: true, ...this.dice.one([...TAGS, ...NO_TAGS]) };
    return this.dice.roll() < 0.5
      ? this.#make('inside', { ...call, destination: this.dice.one(first.staging) })
      : this.#make('outside', { ...call, destination: this.dice.one(first.production) });
  }

  #health(): SimulatedCall {
    const { staging } = this.dice.one(this.stack.services);
    return this.#make('outside', {
      source: '10.50.0.1',
      destination: this.dice.one(staging),
      path: '/healthz?from=router',
    });
  }

  #unanswered(): SimulatedCall {
    const { staging } = this.dice.one(this.stack.services);
    const call = { source: host(this.dice.one(staging)), destination: this.dice.one(['', '-', '-:-']), status: 503 };
    return this.#make('unanswered', { ...call, ...this.dice.one([...TAGS, ...NO_TAGS]) });
  }

  #edge(): [SimulatedService, SimulatedService] {
    const from = this.stack.services[this.dice.below(this.stack.services.length - 1)] as SimulatedService;
    return [from, this.stack.services[this.dice.one(from.calls)] as SimulatedService];
  }

  #make(
    kind: CallKind,
    facts: Partial<CallRecord> & { source: string; destination: string },
    edge: string | null = null,
  ): SimulatedCall {
    this.#made += 1;
    const call = {
      at: 1_772_366_400 + this.#made / 1000,
      service: 'service-0',
      method: 'GET',
      path: `/items/${this.#made}`,
      status: 200,
      entry: false,
      internal: false,
      ...facts,
    };
    return { call, kind, edge };
  }
}

function host(address: string): string {
  return address.slice(0, address.lastIndexOf(':'));
}
