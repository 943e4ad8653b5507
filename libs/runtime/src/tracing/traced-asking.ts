import { SpanKind } from '@opentelemetry/api';
import { Asking, type Contract } from '#messaging';
import { inSpan } from './in-span.js';

/** Asks services, each question in a span of its own, which goes along with it: see `activeTrace` and `natsClient`. */
export class TracedAsking extends Asking {
  override ask<Request, Reply>(
    contract: Contract<Request, Reply>,
    request: Request,
    timeoutMs?: number,
  ): Promise<Reply> {
    const [, service = '', name = ''] = contract.subject.split('.');
    const ask = () => super.ask(contract, request, timeoutMs);
    if (name === 'Ping') return ask();
    const attributes = { 'rpc.method': name, 'messaging.destination.name': contract.subject };
    return inSpan(`${service}/${name}`, { kind: SpanKind.CLIENT, attributes }, ask);
  }
}
