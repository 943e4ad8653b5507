import { Inject, Injectable } from '@nestjs/common';
import { DataSource, In, MoreThan } from 'typeorm';
import { isPlanned, type ReleaseState } from '#domain';
import type { EventStore, RecordedEvent } from '#event-store';
import { type IntegrityReport, Rejection } from '#messaging';
import { EVENT_STORE } from '#runtime';
import { ReleaseSummaryRow } from '../database/release-summary.js';
import { Projection } from '../projection/projection.js';
import { CATEGORIES, readEvent } from '../story/events.js';
import { checkLog, unreadable } from './check-log.js';
import { checkStream } from './check-stream.js';
import { compare } from './compare.js';
import { Findings } from './findings.js';

/** For so long read models that are behind are waited for; what they lack then is a mismatch. */
const CATCH_UP_MS = 10_000;
const SUMMARIES_A_PAGE = 200;

/** Proves that the log is whole, and that the read models say what it says. */
@Injectable()
export class Integrity {
  private underWay: Promise<IntegrityReport> | null = null;

  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    private readonly database: DataSource,
    private readonly projection: Projection,
  ) {}

  /** Checks the whole log. Whoever asks while that is under way gets the same answer. */
  checkAll(): Promise<IntegrityReport> {
    this.underWay ??= this.projection
      .whileSteady(() => this.check())
      .finally(() => {
        this.underWay = null;
      });
    return this.underWay;
  }

  /**
   * Checks the streams of one release: its own, what it refused, and what was observed of its batches.
   * @throws Rejection when there is no such release
   */
  checkRelease(release: string): Promise<IntegrityReport> {
    return this.projection.whileSteady(() => this.checkOne(release));
  }

  private async checkOne(release: string): Promise<IntegrityReport> {
    const own = await checkStream(this.store, `release-${release}`);
    await this.projection.reached(own.position, CATCH_UP_MS);
    const summary = await this.database.manager.findOneBy(ReleaseSummaryRow, { release });
    if (own.events === 0 && own.problem === null && summary === null) {
      const message = `${release}: there is no such release`;
      throw new Rejection({ kind: 'not-found', code: 'UNKNOWN_RELEASE', message });
    }
    const findings = new Findings();
    findings.problem(own.problem);
    if (own.problem) return findings.report({ streams: 1, events: own.events });
    const { standing, ...comparison } = await compare(this.store, release, summary, own.position);
    findings.comparison(comparison);
    let [streams, events] = [1, own.events];
    for (const stream of streamsAround(release, standing.now)) {
      const report = await checkStream(this.store, stream);
      findings.problem(report.problem);
      streams += report.events > 0 ? 1 : 0;
      events += report.events;
    }
    return findings.report({ streams, events });
  }

  private async check(): Promise<IntegrityReport> {
    const until = (await this.store.head()) ?? -1;
    const findings = new Findings();
    let projected = -1;
    const { firstProblem, ...counts } = await checkLog(this.store, until, async (events) => {
      projected = lastProjected(events) ?? projected;
      await this.projection.reached(projected, CATCH_UP_MS);
      for (const release of await this.withoutSummary(submittedIn(events))) {
        await this.compareInto(findings, release, null, projected);
      }
    });
    findings.problem(firstProblem);
    for await (const summary of this.summaries()) {
      await this.compareInto(findings, summary.release, summary, projected);
    }
    return findings.report(counts);
  }

  private async compareInto(
    findings: Findings,
    release: string,
    summary: ReleaseSummaryRow | null,
    projected: number,
  ): Promise<void> {
    try {
      findings.comparison(await compare(this.store, release, summary, projected));
    } catch (error) {
      findings.problem(unreadable(error));
    }
  }

  private async withoutSummary(releases: readonly string[]): Promise<string[]> {
    if (releases.length === 0) return [];
    const rows = await this.database.manager.find(ReleaseSummaryRow, {
      select: { release: true },
      where: { release: In(releases) },
    });
    const known = new Set(rows.map(({ release }) => release));
    return releases.filter((release) => !known.has(release));
  }

  private async *summaries(): AsyncGenerator<ReleaseSummaryRow> {
    for (let after = -1; ; ) {
      const rows = await this.database.manager.find(ReleaseSummaryRow, {
        where: { submittedPosition: MoreThan(after) },
        order: { submittedPosition: 'ASC' },
        take: SUMMARIES_A_PAGE,
      });
      yield* rows;
      const last = rows.at(-1);
      if (!last) return;
      after = last.submittedPosition;
    }
  }
}

/** The newest place, among some events, that the read models have to get to. */
function lastProjected(events: readonly RecordedEvent[]): number | undefined {
  const projected = events.filter(({ stream }) => CATEGORIES.some((category) => stream.startsWith(`${category}-`)));
  return projected.at(-1)?.position;
}

function submittedIn(events: readonly RecordedEvent[]): string[] {
  const submitted = events.filter(({ type, revision }) => type === 'ReleaseSubmitted.v1' && revision === 0);
  return submitted.map(readEvent).flatMap(({ known, subject }) => (known ? subject : []));
}

/** What else there is of a release beside its own stream. */
function streamsAround(release: string, state: ReleaseState): string[] {
  const batches = isPlanned(state) ? state.plan.batches : [];
  return [`refusal-${release}`, ...batches.map(({ id }) => `observation-${release}.${id}`)];
}
