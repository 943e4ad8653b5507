import { createHash } from 'node:crypto';
import { nkeys } from '@nats-io/transport-node';

type KeyPair = ReturnType<typeof nkeys.createUser>;

const UNLIMITED = { subs: -1, data: -1, payload: -1 };
const ACCOUNT_LIMITS = {
  ...UNLIMITED,
  ...{ imports: -1, exports: -1, wildcards: true, conn: -1, leaf: -1 },
  ...{ mem_storage: -1, disk_storage: -1, streams: -1, consumer: -1 },
};

/** The seed of an NKey, as it stands in a file. */
export function seedOf(pair: KeyPair): string {
  return Buffer.from(pair.getSeed()).toString();
}

/** An operator with an account that may use JetStream, and one for the servers themselves. */
export class Operator {
  private readonly operator = nkeys.createOperator();
  private readonly account = nkeys.createAccount();
  private readonly system = nkeys.createAccount();

  /** What a server has to know: it keeps no accounts of its own, and believes what the operator has signed. */
  get config(): string {
    const of = (account: KeyPair, limits: object) => {
      const claims = { limits: { ...ACCOUNT_LIMITS, ...limits }, default_permissions: { pub: {}, sub: {} } };
      return `${account.getPublicKey()}: ${signed(this.operator, account, { ...claims, type: 'account' })}`;
    };
    return `operator: ${signed(this.operator, this.operator, { type: 'operator' })}
system_account: ${this.system.getPublicKey()}
resolver: MEMORY
resolver_preload: {
  ${of(this.account, {})}
  ${of(this.system, { mem_storage: 0, disk_storage: 0, streams: 0, consumer: 0 })}
}
`;
  }

  /** The credentials of a new user of the account, as they stand in a file; they hold for so long, or for ever. */
  newUser(seconds?: number): string {
    const user = nkeys.createUser();
    const claims = { pub: {}, sub: {}, ...UNLIMITED, type: 'user' };
    const jwt = signed(this.account, user, claims, seconds);
    return `-----BEGIN NATS USER JWT-----
${jwt}
------END NATS USER JWT------

************************* IMPORTANT *************************
-----BEGIN USER NKEY SEED-----
${seedOf(user)}
------END USER NKEY SEED------
`;
  }
}

function signed(issuer: KeyPair, subject: KeyPair, claims: object, seconds?: number): string {
  const now = Math.floor(Date.now() / 1_000);
  const [iss, sub] = [issuer.getPublicKey(), subject.getPublicKey()];
  const expires = seconds === undefined ? {} : { exp: now + seconds };
  const body = { iat: now, iss, sub, name: sub, ...expires, nats: { ...claims, version: 2 } };
  const jti = createHash('sha256').update(JSON.stringify(body)).digest('hex');
  const parts = [
    { typ: 'JWT', alg: 'ed25519-nkey' },
    { jti, ...body },
  ].map((part) => base64(JSON.stringify(part)));
  return [...parts, base64(issuer.sign(Buffer.from(parts.join('.'))))].join('.');
}

function base64(data: string | Uint8Array): string {
  return Buffer.from(data).toString('base64url');
}
