import { Body, Controller, Inject, UseInterceptors } from '@nestjs/common';
import type { ConfigurationKind } from '#domain';
import { Asking, type ConfigurationAnswer, PLANNER } from '#messaging';
import { CONFIG } from '#runtime';
import { Command } from '../commands/command.decorator.js';
import { type CommandRequest, commandMeta } from '../commands/command-meta.js';
import type { GatewayConfig } from '../config.js';
import { withDocument } from '../documents/sent-document.js';
import { At } from '../endpoints/decorators.js';
import { ENDPOINTS } from '../endpoints/endpoints.js';
import { ProposedStatus } from './proposed-status.js';

/** Topologies, policies, staging environments and freeze windows. */
@Controller()
export class ConfigurationsController {
  constructor(
    private readonly asking: Asking,
    @Inject(CONFIG) private readonly config: GatewayConfig,
  ) {}

  @At(ENDPOINTS.registerTopology)
  registerTopology(@Body() body: unknown, @Command() command: CommandRequest): Promise<ConfigurationAnswer> {
    return withDocument('topology', body, (document) => this.register('Topology', document, command));
  }

  @At(ENDPOINTS.registerPolicy)
  @UseInterceptors(ProposedStatus)
  registerPolicy(@Body() body: unknown, @Command() command: CommandRequest): Promise<ConfigurationAnswer> {
    return withDocument('policy', body, (document) => this.register('Policy', document, command));
  }

  @At(ENDPOINTS.registerEnvironment)
  registerEnvironment(@Body() body: unknown, @Command() command: CommandRequest): Promise<ConfigurationAnswer> {
    return withDocument('environment', body, (document) => this.register('Environment', document, command));
  }

  @At(ENDPOINTS.registerFreezeWindow)
  registerFreezeWindow(@Body() body: unknown, @Command() command: CommandRequest): Promise<ConfigurationAnswer> {
    return withDocument('freeze window', body, (document) => this.register('FreezeWindow', document, command));
  }

  @At(ENDPOINTS.listTopologies)
  async listTopologies(): Promise<{ topologies: readonly ConfigurationAnswer[] }> {
    return { topologies: await this.asking.ask(PLANNER.listConfigurations, { kind: 'Topology' }) };
  }

  @At(ENDPOINTS.listPolicies)
  async listPolicies(): Promise<{
    policies: readonly ConfigurationAnswer[];
    proposals: readonly ConfigurationAnswer[];
  }> {
    const all = await this.asking.ask(PLANNER.listConfigurations, { kind: 'Policy' });
    return {
      policies: all.filter(({ proposal }) => !proposal),
      proposals: all.filter(({ proposal }) => proposal),
    };
  }

  @At(ENDPOINTS.listEnvironments)
  async listEnvironments(): Promise<{ environments: readonly ConfigurationAnswer[] }> {
    return { environments: await this.asking.ask(PLANNER.listConfigurations, { kind: 'Environment' }) };
  }

  @At(ENDPOINTS.listFreezeWindows)
  async listFreezeWindows(): Promise<{ freezeWindows: readonly ConfigurationAnswer[] }> {
    return { freezeWindows: await this.asking.ask(PLANNER.listConfigurations, { kind: 'FreezeWindow' }) };
  }

  private register(kind: ConfigurationKind, document: unknown, command: CommandRequest): Promise<ConfigurationAnswer> {
    const request = { meta: commandMeta(command), kind, document };
    return this.asking.ask(PLANNER.registerConfiguration, request, this.config.DOCUMENT_TIMEOUT_MS);
  }
}
