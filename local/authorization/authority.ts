import { IncomingMessage } from 'node:http';
import { Access, AccessDeniedError, Authorizer } from './access';
import { Credentials } from './credentials';
import { actionAccesses, webhookBuild } from './engine-calls';
import { Inventory } from './inventory';
import { accessesOf } from './service-calls';
import { serviceCallOf } from './service-requests';
import { taskAccesses } from './task-calls';
import { Resource } from '../assembly/resources';
import { ActionHandler } from '../engine/pipeline/action';
import { ActionFailure } from '../engine/pipeline/action-failure';
import { ServiceTask, StatesError } from '../engine/step-functions/state-machine';
import { ObjectStore } from '../services/s3/object-store';

/** Has everything that the parts of a run do as a role, or as a service, judged. Without an authorizer, everything is allowed. */
export class Authority {
  public readonly credentials = new Credentials();
  private inventory = new Inventory([]);

  /** @param onDenied told of what AWS would deny */
  constructor(
    private readonly authorizer: Authorizer | undefined,
    private readonly objects: ObjectStore,
    private readonly onDenied: (error: AccessDeniedError) => void,
  ) {}

  /** Everything that the assembly declares. */
  public know(resources: readonly Resource[]): void {
    this.inventory = new Inventory(resources);
  }

  /** Resolves when all are allowed. @throws AccessDeniedError */
  public async require(accesses: readonly Access[]): Promise<void> {
    for (const access of this.authorizer === undefined ? [] : accesses) {
      const reason = await this.authorizer!.judge(access);
      if (reason !== undefined) {
        const error = new AccessDeniedError(access, reason);
        this.onDenied(error);
        throw error;
      }
    }
  }

  /** The same, where no one waits for the answer: what was denied is told. Resolves to whether all are allowed. */
  public async allows(accesses: readonly Access[]): Promise<boolean> {
    try {
      await this.require(accesses);
      return true;
    } catch (error) {
      if (!(error instanceof AccessDeniedError)) {
        throw error;
      }
      return false;
    }
  }

  /** A request to a service. Those that no role has signed are the user's of this machine. @throws AccessDeniedError */
  public async requireRequest(request: IncomingMessage, body: Buffer): Promise<void> {
    const role = this.credentials.roleOf(request);
    if (this.authorizer === undefined || role === undefined) {
      return;
    }
    const { inventory, objects } = this;
    const lacksObject = (bucket: string, key: string) => objects.hasBucket(bucket) && objects.get(bucket, key) === undefined;
    const calls = serviceCallOf(request, body);
    await this.require(calls.flatMap((call) => accessesOf({ ...call, role }, { inventory, lacksObject })));
  }

  /** A build that a host's webhook starts. @throws AccessDeniedError */
  public async requireWebhookBuild(project: string): Promise<void> {
    await this.require(webhookBuild(this.inventory.find<object>('AWS::CodeBuild::Project', project)!, this.inventory));
  }

  /** Actions that are judged before they run. */
  public actions(handlers: Readonly<Record<string, ActionHandler>>): Record<string, ActionHandler> {
    return Object.fromEntries(Object.entries(handlers).map(([kind, handler]) => [kind, async (request) => {
      await this.orElse(actionAccesses(request, this.inventory), (message) => new ActionFailure(message));
      return handler(request);
    }]));
  }

  /** Tasks of a state machine that are judged before they run. */
  public tasks(tasks: Readonly<Record<string, ServiceTask>>, machine: Resource<object>): Record<string, ServiceTask> {
    return Object.fromEntries(Object.entries(tasks).map(([name, task]) => [name, async (parameters, context) => {
      await this.orElse(taskAccesses(name, parameters, machine, this.inventory), (message) => new StatesError('States.Permissions', message));
      return task(parameters, context);
    }]));
  }

  private async orElse(accesses: readonly Access[], denied: (message: string) => Error): Promise<void> {
    await this.require(accesses).catch((error: Error) => {
      throw error instanceof AccessDeniedError ? denied(error.message) : error;
    });
  }
}
