import { PassThrough } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { createLogger, NestLog } from './logging.js';

/** What a logger writes, line by line, in its words and as what they mean. */
function written() {
  const out = new PassThrough();
  const lines: string[] = [];
  out.on('data', (line: Buffer) => lines.push(line.toString()));
  const logger = createLogger('executor', 'debug', out);
  return { logger, text: () => lines.join(''), lines: () => lines.map((line) => JSON.parse(line) as object) };
}

function failing(message: string, facts: object = {}): Error {
  return Object.assign(new Error(message), facts);
}

describe('the log of a service', () => {
  it.each([
    ['NATS', 'connecting to nats://planner:hunter2@nats-0:4222 failed'],
    ['several NATS servers', 'none of nats://planner:hunter2@nats-0:4222,nats://planner:hunter2@nats-1:4222 answers'],
    ['TLS', 'tls://:hunter2@nats:4222/ is closed'],
    ['PostgreSQL', 'postgres://audit:hunter2@db/sluice?sslmode=require'],
    ['a password that should have been encoded', 'postgres://audit:a@b/c#hunter2@db/sluice'],
    ['KurrentDB', 'kurrentdb+discover://admin:hunter2@one:2113,two:2113?tls=true'],
    ['a collector', 'POST https://sluice:hunter2@collector/v1/traces answered 401'],
    ['a connection string', 'host=db user=audit password=hunter2 port=5432'],
    ['a header', 'authorization: Bearer hunter2'],
    ['JSON in a text', 'the server said {"user":"a","password":"hunter2"} and closed'],
  ])('keeps the password of %s to itself: in messages, errors with their stack and causes, and fields', (_, text) => {
    const { logger, text: all, lines } = written();
    logger.error({ err: failing(text, { input: text, cause: failing(text) }), url: text }, text);
    new NestLog(logger).error(text, text);
    logger.child({ place: text }).warn('a child');
    expect(all()).not.toContain('hunter2');
    expect(lines()).toHaveLength(3);
  });

  it('keeps fields to itself whose names say that they are secret, however deep', () => {
    const { logger, text, lines } = written();
    const config = { headers: { authorization: 'hunter2', cookie: ['hunter2', 'hunter2'] }, NATS_PASSWORD: 'hun"ter2' };
    logger.error({
      err: failing('refused', { config }),
      token: 'hunter2',
      options: { servers: [{ pass: 'hunter2' }] },
    });
    expect(text()).not.toMatch(/hun.{0,2}ter2/);
    expect(lines()).toMatchObject([{ err: { message: 'refused', config: { NATS_PASSWORD: '…' } } }]);
  });

  it('leaves everything else as it is', () => {
    const { logger, lines } = written();
    const line = {
      release: 'checkout-2.4.0-1c9a0f',
      url: '/v1/releases/a?at=x@y',
      place: 'file:///app/node_modules/@nestjs/core/index.js:12',
      link: 'https://example.org/@scope/page',
      servers: ['nats://nats-0:4222'],
      commandId: 'k-0123',
    };
    logger.info(line, 'mail to sre@example.org');
    expect(lines()).toMatchObject([{ level: 'info', service: 'executor', msg: 'mail to sre@example.org', ...line }]);
  });
});
