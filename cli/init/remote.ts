import { ConnectedHost } from './model';

/** A repository on the host that a remote's address names. */
export interface OriginRemote {
  readonly kind: 'codeCommit' | ConnectedHost;
  /** As CodePipeline writes it: a CodeCommit repository's name, or owner and name. */
  readonly repository: string;
}

const HOSTS: { readonly [host: string]: ConnectedHost } = {
  'github.com': 'gitHub', 'gitlab.com': 'gitLab', 'bitbucket.org': 'bitbucket', 'dev.azure.com': 'azureDevOps', 'ssh.dev.azure.com': 'azureDevOps',
};

/** What a Git remote's address says; undefined where it is a folder, or of no form that is known. */
export function parseRemote(address: string): OriginRemote | undefined {
  const codeCommit = /^codecommit(?:::[\w-]+)?:\/\/(?:[^@/]+@)?([\w.-]+)$/.exec(address) ?? /git-codecommit[\w.-]*\/v1\/repos\/([\w.-]+)$/.exec(address);
  if (codeCommit !== null) {
    return { kind: 'codeCommit', repository: codeCommit[1]! };
  }
  const [, host, path] = /^(?:https?|ssh|git):\/\/(?:[^@/]*@)?([^/:]+)(?::\d+)?\/(.+)$/.exec(address) ?? /^(?:[\w.-]+@)?([\w-]+(?:\.[\w-]+)+):(?!\/\/)(.+)$/.exec(address) ?? [];
  if (host === undefined || path === undefined) {
    return undefined;
  }
  const kind = HOSTS[host.toLowerCase()] ?? hostByName(host);
  const repository = path.replace(/^\/+|\/+$/g, '').replace(/\.git$/, '');
  return { kind, repository: kind === 'azureDevOps' ? repository.replace(/^v3\//, '').replace('/_git/', '/') : repository };
}

/** A company's own server is called after what it runs, more often than not; a connection reaches either. */
function hostByName(host: string): ConnectedHost {
  return /(^|\.)gitlab\./i.test(host) ? 'gitLabSelfManaged' : /(^|\.)(github|ghe)\./i.test(host) ? 'gitHubEnterprise' : 'connection';
}
