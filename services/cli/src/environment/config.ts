import { CLOSED, type Environment, type RouterKind, routerKind, type TrafficMode } from '#domain';
import { CLOSED_SHARES, gatewayApiProblems, haproxyConfiguration, nginxConfiguration, nginxSplit } from '#traffic';
import { soundEnvironment } from '../documents/read-documents.js';
import { readText } from '../documents/read-file.js';
import { EXIT, type Exit } from '../exit.js';
import { wrongCall } from '../failure.js';
import type { Session } from '../session.js';
import { generated } from './generated.js';

export interface ConfigOptions {
  readonly file: string;
  readonly mode: TrafficMode;
  /** The file that says which shares go to staging, as the router has to find it at its first start. */
  readonly shares?: boolean;
}

/** What there is to generate for a kind of router. */
interface Generators {
  readonly configuration: (environment: Environment, mode: TrafficMode) => string;
  readonly shares: (environment: Environment) => string;
}

const GENERATORS: Readonly<Record<RouterKind, Generators>> = {
  haproxy: {
    configuration: (environment, mode) => {
      if (mode === 'mirror') throw wrongCall('haproxy cannot mirror; nginx and gatewayApi can');
      return haproxyConfiguration(environment);
    },
    shares: () => CLOSED_SHARES,
  },
  nginx: {
    configuration: (environment, mode) => nginxConfiguration(environment, { mode }),
    shares: () => nginxSplit(CLOSED),
  },
  gatewayApi: {
    configuration: (environment, mode) => routeComment(environment, mode),
    shares: ({ metadata }) => {
      throw wrongCall(`${metadata.name} has no file of shares: a Gateway API has them in its HTTPRoute`);
    },
  },
};

/** Prints the configuration of the environment's router, closed: nothing goes to staging until a release says so. */
export async function config(session: Session, { file, mode, shares = false }: ConfigOptions): Promise<Exit> {
  const environment = soundEnvironment(await readText(file, session.stdin));
  const router = routerKind(environment.spec.router);
  const text = generated(() =>
    shares ? GENERATORS[router].shares(environment) : GENERATORS[router].configuration(environment, mode),
  );
  if (session.json)
    session.answer({
      environment: environment.metadata.name,
      router,
      mode,
      [shares ? 'shares' : 'configuration']: text,
    });
  else session.write(text);
  return EXIT.done;
}

/** Nothing is to be configured: Sluice writes the route by itself. So this says what to know of it, as a comment. */
function routeComment(environment: Environment, mode: TrafficMode): string {
  const { name } = environment.metadata;
  const lines = [
    `Nothing is to be configured for ${name}: Sluice writes the rules of its HTTPRoute by itself.`,
    'The route and its Gateway have to exist. What this router cannot do:',
    ...gatewayApiProblems(environment, mode).map((problem) => `- ${problem}`),
  ];
  return lines.map((line) => `# ${line}\n`).join('');
}
