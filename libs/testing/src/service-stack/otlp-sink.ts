import { setTimeout as sleep } from 'node:timers/promises';
import { BufferedSink, type CallSink, type SeenCall } from './call-sink.js';

type Attribute = { readonly key: string; readonly value: object };

/** Exporters of spans wait longer than those who write files. */
const EVERY_MS = 100;

/** Sends calls as spans to `url`, as an OpenTelemetry SDK does that speaks OTLP as JSON. */
export function otlpSink(url: string): CallSink {
  return new BufferedSink(async (calls) => {
    const body = JSON.stringify({ resourceSpans: calls.map(resourceSpan) });
    let status = await post(url, body);
    // Asked to come again, it does.
    for (let tries = 1; status === 503 && tries < 20; tries += 1) {
      await sleep(EVERY_MS);
      status = await post(url, body);
    }
    if (status !== 200) throw new Error(`the spans were refused with ${status}`);
  }, EVERY_MS);
}

async function post(url: string, body: string): Promise<number> {
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  const answer = await response.text();
  if (response.ok && answer !== '{}') throw new Error(`some of the spans were refused: ${answer}`);
  return response.status;
}

function resourceSpan({ by, call }: SeenCall): object {
  const service = (by === 'server' ? call.service : call.caller) ?? '';
  const nanoseconds = BigInt(Date.parse(String(call.at))) * 1_000_000n;
  const span = {
    traceId: '5b8efff798038103d269b633813fc60c',
    spanId: 'eee19b7ec3c1b174',
    name: call.method,
    kind: by === 'server' ? 2 : 3,
    startTimeUnixNano: String(nanoseconds),
    endTimeUnixNano: String(nanoseconds + 1_000_000n),
    attributes: [...attributesOf(call), ...(by === 'server' ? takenBy(call) : madeBy(call))],
  };
  return { resource: { attributes: [text('service.name', service)] }, scopeSpans: [{ scope: {}, spans: [span] }] };
}

function attributesOf({ method, status, baggage, tag }: SeenCall['call']): Attribute[] {
  const headers = { baggage, 'x-sluice-env': tag };
  return [
    text('http.request.method', method),
    { key: 'http.response.status_code', value: { intValue: String(status) } },
    ...Object.entries(headers).flatMap(([name, value]) =>
      value == null
        ? []
        : [{ key: `http.request.header.${name}`, value: { arrayValue: { values: [{ stringValue: value }] } } }],
    ),
  ];
}

function takenBy({ source, destination, path }: SeenCall['call']): Attribute[] {
  return [
    text('client.address', source),
    text('network.peer.address', source),
    ...place('network.local', destination),
    text('url.path', path),
  ];
}

function madeBy({ source, destination, path }: SeenCall['call']): Attribute[] {
  return [
    text('network.local.address', source),
    ...place('server', destination),
    text('url.full', `http://${destination}${path}`),
  ];
}

function place(prefix: string, destination: string): Attribute[] {
  const [host = '', port = ''] = destination.split(':');
  return [text(`${prefix}.address`, host), { key: `${prefix}.port`, value: { intValue: port } }];
}

function text(key: string, stringValue: string): Attribute {
  return { key, value: { stringValue } };
}
