import { createServer, IncomingMessage, Server, ServerResponse } from 'node:http';
import { AddressInfo } from 'node:net';
import { basename } from 'node:path';
import { GitRepository } from '../../../../lambda/shared/source/git/git-repository';
import { BOUNDS, Remote } from '../../../../lambda/shared/source/git/remote';
import { answerByGit, BackendSettings } from '../../../../local/services/git/http-backend';
import { ManualTiming } from '../../../support/timing';

export type Answer = (request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean>;

/** A real Git server on this machine for one bare repository. What `before` answers, Git does not. */
export class GitServer {
  public static async start(directory: string, settings: BackendSettings = {}): Promise<GitServer> {
    const started = new GitServer(directory, settings);
    await new Promise<void>((resolve) => { started.server.listen(0, '127.0.0.1', resolve); });
    return started;
  }

  public readonly requests: { readonly method: string; readonly url: string; readonly headers: IncomingMessage['headers'] }[] = [];
  public before: Answer;
  private readonly server: Server;
  private readonly name: string;

  private constructor(directory: string, public settings: BackendSettings) {
    this.server = createServer((request, response) => {
      this.requests.push({ method: request.method!, url: request.url!, headers: request.headers });
      void (async () => {
        const prefix = `/${basename(directory)}`;
        if (!await this.before(request, response)) {
          const { pathname } = new URL(request.url!, 'http://localhost');
          await answerByGit(directory, pathname.slice(prefix.length), request, response, this.settings);
        }
      })();
    });
    this.name = basename(directory);
    this.before = () => false;
  }

  public get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/${this.name}`;
  }

  public remote(more: Partial<ConstructorParameters<typeof Remote>[0]> = {}): Remote {
    return new Remote({ url: this.url, authorization: async () => undefined, advice: 'See the connection.', timing: new ManualTiming(), bounds: BOUNDS, ...more });
  }

  public repository(more: Partial<ConstructorParameters<typeof Remote>[0]> = {}): GitRepository {
    return new GitRepository(this.remote(more), 'shop');
  }

  public async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => { this.server.close(() => resolve()); });
  }
}
