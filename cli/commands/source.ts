import { readFileSync } from 'node:fs';
import { GitAuthorization, GitReaderConfiguration, connectionParts, connectionUrl, repositoryIdProblem } from '../../src/contract/source';
import { Command, EXIT, OptionValues, textOption } from '../command';
import { InputError, UsageError } from '../errors';
import { checkSource, SourceCheckLine } from '../source-check';

export const source: Command = {
  usage: 'check (--connection ARN --repository OWNER/NAME | --url URL [--token-file FILE]) --branch NAME',
  summary: 'Says, before the first deployment, what of a repository can be read: with the very client that the diff function uses.',
  help: `Reads with your own AWS credentials, where a connection is given: what the pipeline's role is refused can still differ.
Nothing is written. Each line is one step; the first that fails says what to do.

Options:
  --connection ARN    a connection of AWS CodeConnections
  --repository ID     the repository behind it, such as my-org/my-repository
  --url URL           a Git server's address, in place of a connection
  --token-file FILE   holds what the secret of GitReader.url would: a token, or JSON with username and password
  --branch NAME       the branch whose merges are released
  --endpoint URL      in place of AWS's, on this machine

Exit codes: 0 everything works, 1 something does not.

Examples:
  cdk-modular-pipeline source check --connection arn:aws:codeconnections:eu-west-1:111111111111:connection/ID \\
    --repository my-org/my-repository --branch main
  cdk-modular-pipeline source check --url https://git.example.com/team/shop.git --token-file token --branch main
`,
  options: {
    'connection': { type: 'string' },
    'repository': { type: 'string' },
    'url': { type: 'string' },
    'token-file': { type: 'string' },
    'branch': { type: 'string' },
    'endpoint': { type: 'string' },
  },
  positionals: ['check'],
  async run(values, [action], { out }) {
    if (action !== 'check') {
      throw new UsageError(`source takes check; received '${action}'.`);
    }
    const branch = textOption(values, 'branch');
    if (branch === undefined) {
      throw new UsageError('source check needs --branch NAME.');
    }
    const { configuration, token } = readerOf(values);
    let failed = false;
    const endpoint = textOption(values, 'endpoint');
    await checkSource({ configuration, branch, ...(token === undefined ? {} : { token }), ...(endpoint === undefined ? {} : { endpoint }) }, (line) => {
      failed ||= line.mark === 'fails';
      out(format(line));
    });
    return failed ? EXIT.failed : EXIT.done;
  },
};

function format({ mark, what, text }: SourceCheckLine): string {
  return `${mark.padEnd(6)} ${what.padEnd(10)} ${text}\n`;
}

function readerOf(values: OptionValues): { readonly configuration: GitReaderConfiguration; readonly token?: string } {
  const [connection, repository, url, file] = ['connection', 'repository', 'url', 'token-file'].map((name) => textOption(values, name));
  if ((connection === undefined) === (url === undefined) || (connection !== undefined) !== (repository !== undefined)) {
    throw new UsageError('source check needs --connection ARN with --repository OWNER/NAME, or --url URL.');
  }
  if (url !== undefined) {
    const authorization: GitAuthorization = { kind: 'none' };
    return { configuration: { kind: 'git', url: url.replace(/\/+$/, ''), authorization }, ...(file === undefined ? {} : { token: readToken(file) }) };
  }
  const parts = connectionParts(connection!);
  if (parts === undefined) {
    throw new InputError(`--connection is '${connection}': give a connection's ARN, such as arn:aws:codeconnections:REGION:ACCOUNT:connection/ID.`);
  }
  const problem = repositoryIdProblem(repository!);
  if (problem !== undefined) {
    throw new InputError(`--repository is '${repository}': ${problem}.`);
  }
  return {
    configuration: {
      kind: 'git', url: connectionUrl(parts, repository!), authorization: { kind: 'connection', connectionArn: connection!, region: parts.region },
    },
  };
}

function readToken(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new InputError(`--token-file '${file}' cannot be read: ${(error as Error).message}`);
  }
}
