import { Controller, Param } from '@nestjs/common';
import { Asking, PLANNER, type ProposalAnswer } from '#messaging';
import { Command } from '../commands/command.decorator.js';
import { type CommandRequest, commandMeta } from '../commands/command-meta.js';
import { At, CommandBody } from '../endpoints/decorators.js';
import { ENDPOINTS } from '../endpoints/endpoints.js';
import { ProposalWord } from '../endpoints/requests.js';

/** What people say of a version of a policy that is proposed. Whether their word counts is for the domain to say. */
@Controller()
export class ProposalsController {
  constructor(private readonly asking: Asking) {}

  @At(ENDPOINTS.decideProposal)
  decide(
    @Param('name') name: string,
    @CommandBody(ProposalWord) { decision, digest, reason }: ProposalWord,
    @Command() by: CommandRequest,
  ): Promise<ProposalAnswer> {
    const request = { name, decision, ...(digest ? { digest } : {}), meta: commandMeta(by, reason) };
    return this.asking.ask(PLANNER.decideProposal, request);
  }
}
