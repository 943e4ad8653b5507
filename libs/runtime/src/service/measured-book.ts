import { Gauge, type Registry } from 'prom-client';
import { isEnd, RELEASE_STATUSES } from '#domain';
import type { Clock } from '../clock.js';
import type { ReleaseBook } from '../releases/release-book.js';

const LIVE = RELEASE_STATUSES.filter((status) => status !== 'absent' && !isEnd(status));

/** The releases of a process, with figures of how they are now. A process that follows no releases has none of them. */
export function measuredBook(book: ReleaseBook, clock: Clock, metrics: Registry): ReleaseBook {
  const registers = [metrics];
  new Gauge({
    name: 'sluice_releases_live',
    help: 'Releases that have not ended, as this process knows them, by their state.',
    labelNames: ['state'],
    registers,
    collect() {
      this.reset();
      for (const state of LIVE) this.set({ state }, 0);
      for (const { state } of book.live()) this.inc({ state: state.status });
    },
  });
  new Gauge({
    name: 'sluice_release_longest_hold_seconds',
    help: 'For how long the release that has waited for the longest has been held; 0 when none is.',
    registers,
    collect() {
      this.set(longestHoldMs(book, clock.now()) / 1_000);
    },
  });
  new Gauge({
    name: 'sluice_release_orders_pending',
    help: 'Orders on releases, and reads of them, that are being carried out or wait for those before them.',
    registers,
    collect() {
      this.set(book.pending);
    },
  });
  return book;
}

function longestHoldMs(book: ReleaseBook, now: number): number {
  const holds = book
    .live()
    .flatMap(({ state }) => (state.status === 'held' ? [now - Date.parse(state.hold.since)] : []));
  // Clocks of different machines need not agree. Not spread into arguments: there may be many.
  return holds.reduce((longest, held) => Math.max(longest, held), 0);
}
