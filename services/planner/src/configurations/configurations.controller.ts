import { Controller } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import {
  CONFIGURATION_WORDS,
  type ConfigurationKind,
  Environment,
  FreezeWindow,
  Policy,
  Topology,
  validateDocument,
} from '#domain';
import { canonicalJson } from '#event-store';
import { asked, type ConfigurationAnswer, PLANNER, type ProposalAnswer, Rejection, type RequestOf } from '#messaging';
import { ordererOf, sha256 } from '#runtime';
import { answerToDecision, answerToRegistration, proposedAnswer, registeredAnswer } from './configuration-answers.js';
import { ConfigurationShelf } from './configuration-shelf.js';

const SCHEMAS = { Topology, Policy, Environment, FreezeWindow } as const;
type Document = Topology | Policy | Environment | FreezeWindow;

@Controller()
export class ConfigurationsController {
  constructor(private readonly shelf: ConfigurationShelf) {}

  @MessagePattern(PLANNER.registerConfiguration.subject)
  async register(
    @Payload(asked(PLANNER.registerConfiguration)) request: RequestOf<typeof PLANNER.registerConfiguration>,
  ): Promise<ConfigurationAnswer> {
    const { kind, meta } = request;
    const document = validDocument(kind, request.document);
    const text = canonicalJson(document);
    const command = { kind, name: document.metadata.name, text, digest: sha256(text), registration: meta.commandId };
    return answerToRegistration(await this.shelf.register(command, ordererOf(meta)));
  }

  @MessagePattern(PLANNER.decideProposal.subject)
  async decide(
    @Payload(asked(PLANNER.decideProposal)) request: RequestOf<typeof PLANNER.decideProposal>,
  ): Promise<ProposalAnswer> {
    const { name, decision, digest, meta } = request;
    return answerToDecision(name, await this.shelf.decide({ name, decision, digest }, ordererOf(meta)));
  }

  /** Those in force, then those that are proposed. */
  @MessagePattern(PLANNER.listConfigurations.subject)
  list(
    @Payload(asked(PLANNER.listConfigurations)) { kind }: RequestOf<typeof PLANNER.listConfigurations>,
  ): ConfigurationAnswer[] {
    return [...this.shelf.list(kind).map(registeredAnswer), ...this.shelf.proposals(kind).map(proposedAnswer)];
  }
}

function validDocument(kind: ConfigurationKind, value: unknown): Document {
  const called = CONFIGURATION_WORDS[kind];
  const read = validateDocument<Document>(SCHEMAS[kind], value, called);
  if (read.ok) return read.value;
  const message = `the ${called} has ${read.problems.length} problem${read.problems.length === 1 ? '' : 's'}`;
  throw new Rejection({ kind: 'invalid', code: 'INVALID_DOCUMENT', message, errors: read.problems });
}
