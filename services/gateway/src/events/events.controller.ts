import { Controller, Inject, Param, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { EventStore } from '#event-store';
import { Rejection } from '#messaging';
import { EVENT_STORE } from '#runtime';
import { admit } from '../access/door.js';
import { TokenBook } from '../access/token-book.js';
import { At, CheckedQuery } from '../endpoints/decorators.js';
import type { Endpoint } from '../endpoints/endpoint.js';
import { ENDPOINTS } from '../endpoints/endpoints.js';
import { EventsQuery } from '../endpoints/requests.js';
import { EVERYTHING, ofRelease, releaseExists, type Subject } from '../feed/history.js';
import { pageOf } from '../feed/page.js';
import { Streams } from '../feed/streams.js';
import { malformed } from '../problems/http-problem.js';

const BEFORE_ALL = -1;
const POSITION = /^\d{1,15}$/;

/** The log as pages, or as a stream for who accepts `text/event-stream`. */
@Controller()
export class EventsController {
  constructor(
    @Inject(EVENT_STORE) private readonly store: EventStore,
    private readonly streams: Streams,
    private readonly book: TokenBook,
  ) {}

  @At(ENDPOINTS.allEvents)
  async all(
    @CheckedQuery(EventsQuery) query: EventsQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.answer(EVERYTHING, query, { request, reply, endpoint: ENDPOINTS.allEvents });
  }

  @At(ENDPOINTS.releaseEvents)
  async ofRelease(
    @Param('id') release: string,
    @CheckedQuery(EventsQuery) query: EventsQuery,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (wantsStream(request)) this.streams.checkRoom();
    if (!(await releaseExists(this.store, release))) throw unknownRelease(release);
    await this.answer(ofRelease(release), query, { request, reply, endpoint: ENDPOINTS.releaseEvents });
  }

  private async answer(subject: Subject, { after = BEFORE_ALL, limit }: EventsQuery, to: Asked): Promise<void> {
    const { request, reply, endpoint } = to;
    reply.header('vary', 'accept');
    if (wantsStream(request)) {
      const mayListen = () => this.mayListen(request, endpoint);
      this.streams.start(reply, { subject, after: resumedAfter(request) ?? after, mayListen });
      return;
    }
    await reply.type('application/json').send(await pageOf(this.store, subject, after, limit));
  }

  private async mayListen(request: FastifyRequest, endpoint: Endpoint): Promise<boolean> {
    try {
      await admit(request, endpoint, this.book);
      return true;
    } catch (error) {
      if (error instanceof Rejection) return false;
      throw error;
    }
  }
}

interface Asked {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly endpoint: Endpoint;
}

function wantsStream({ headers }: FastifyRequest): boolean {
  return headers.accept?.toLowerCase().includes('text/event-stream') ?? false;
}

/** A client that comes back says what it got last; the address still says where it once began. */
function resumedAfter({ headers }: FastifyRequest): number | undefined {
  const last = headers['last-event-id'];
  if (last === undefined || last === '') return undefined;
  if (typeof last === 'string' && POSITION.test(last)) return Number(last);
  throw malformed('INVALID_LAST_EVENT_ID', 'Last-Event-ID has to be the id of an event of this stream: a position');
}

function unknownRelease(release: string): Rejection {
  return new Rejection({ kind: 'not-found', code: 'UNKNOWN_RELEASE', message: `there is no release ${release}` });
}
