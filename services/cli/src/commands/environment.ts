import { type Command, Option } from 'commander';
import type { ConfigOptions } from '../environment/config.js';
import type { PoliciesOptions } from '../environment/policies.js';
import { type Perform, withExamples } from './define.js';

/** The commands that generate what a staging environment needs around it. */
export function defineEnvironment(sluice: Command, perform: Perform): void {
  const environment = sluice
    .command('environment')
    .summary('generate what a staging environment needs around it')
    .description('Generates what a staging environment needs around it, offline, from its document.');
  withExamples(
    environment,
    'environment config -f environment.yaml > /etc/haproxy/haproxy.cfg',
    'environment policies -f environment.yaml | kubectl apply -f -',
  );

  const config = environment
    .command('config')
    .summary("print the configuration of the environment's router")
    .description(
      "Prints the configuration of the environment's router, to start from: it divides traffic, tags it, and writes down every call. Nothing goes to staging until a release says so.",
    )
    .requiredOption('-f, --file <file>', 'the environment; - is standard input')
    .addOption(
      new Option('--mode <mode>', 'production traffic is divided, or staging gets copies of it')
        .choices(['split', 'mirror'])
        .default('split'),
    )
    .option('--shares', 'the file of shares that the router starts with, instead of its configuration')
    .action((options: ConfigOptions) =>
      perform(async (session) => (await import('../environment/config.js')).config(session, options)),
    );
  withExamples(
    config,
    'environment config -f environment.yaml > /etc/haproxy/haproxy.cfg',
    'environment config -f environment.yaml --shares > /etc/haproxy/sluice.map',
    'environment config -f environment.yaml --mode mirror',
  );

  const policies = environment
    .command('policies')
    .summary('print the network policies that keep its calls inside')
    .description(
      "Prints Kubernetes' network policies that keep the environment's calls inside: its pods reach each other, DNS and the upstreams; the Gateway reaches them.",
    )
    .requiredOption('-f, --file <file>', 'the environment; - is standard input')
    .option('--allow <namespace...>', 'namespaces that may ask its pods too, such as that of the observer')
    .action((options: PoliciesOptions) =>
      perform(async (session) => (await import('../environment/policies.js')).policies(session, options)),
    );
  withExamples(
    policies,
    'environment policies -f environment.yaml | kubectl apply -f -',
    'environment policies -f environment.yaml --allow sluice monitoring',
  );
}
