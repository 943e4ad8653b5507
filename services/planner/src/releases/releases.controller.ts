import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { type ReleaseView, viewRelease } from '#domain';
import {
  asked,
  PLANNER,
  type PlanPreview,
  Rejection,
  type ReleaseAnswer,
  type RequestOf,
  type SubmissionAnswer,
} from '#messaging';
import { answerOf, ordererOf, ReleaseBook } from '#runtime';
import { Preview } from './preview.js';
import { Submission } from './submission.js';

@Controller()
export class ReleasesController {
  constructor(
    private readonly book: ReleaseBook,
    private readonly preview: Preview,
    private readonly submission: Submission,
  ) {}

  @MessagePattern(PLANNER.planRelease.subject)
  plan(@Payload(asked(PLANNER.planRelease)) request: RequestOf<typeof PLANNER.planRelease>): Promise<PlanPreview> {
    return this.preview.of(request);
  }

  @MessagePattern(PLANNER.submitRelease.subject)
  submit(
    @Payload(asked(PLANNER.submitRelease)) request: RequestOf<typeof PLANNER.submitRelease>,
  ): Promise<SubmissionAnswer> {
    return this.submission.submit(request.document, ordererOf(request.meta));
  }

  @MessagePattern(PLANNER.orderRelease.subject)
  async order(
    @Payload(asked(PLANNER.orderRelease)) request: RequestOf<typeof PLANNER.orderRelease>,
  ): Promise<ReleaseAnswer> {
    const { release, order, meta } = request;
    return answerOf(release, await this.book.order(release, order, ordererOf(meta)));
  }

  @MessagePattern(PLANNER.getRelease.subject)
  async get(
    @Payload(asked(PLANNER.getRelease)) { release }: RequestOf<typeof PLANNER.getRelease>,
  ): Promise<ReleaseView> {
    const { state, revision } = await this.book.fresh(release);
    const view = viewRelease(state, revision);
    if (view) return view;
    throw new Rejection({ kind: 'not-found', code: 'UNKNOWN_RELEASE', message: `there is no release ${release}` });
  }
}
