import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { clientEnvironment } from '../../../local/client-environment';
import { ApprovalDecision, PendingApproval } from '../../../local/engine/actions/approval';
import { LocalSystemOptions } from '../../../local/options';
import { LocalSystem } from '../../../local/system';
import { EXAMPLES_FOLDER, loadExample } from '../../support/example';
import { TestRepository } from '../support';

const COMMAND = join(__dirname, '../../../assets/cli/cdk-modular-pipeline/index.js');

interface OpenQuestion {
  readonly approval: PendingApproval;
  readonly answer: (decision: ApprovalDecision) => void;
}

/** An example on this machine, with its repository, an approver, and the command line. */
export class Story {
  public static async begin(example: string, options: Partial<LocalSystemOptions> = {}, solution = example): Promise<Story> {
    const root = join(EXAMPLES_FOLDER, example, 'repository');
    const files = Object.fromEntries((readdirSync(root, { recursive: true }) as string[]).filter((name) => statSync(join(root, name)).isFile())
      .map((name) => [relative('.', name), readFileSync(join(root, name), 'utf8')]));
    return Story.of({ assembly: loadExample(example).synth().directory, files, solution }, options);
  }

  /** Any assembly. */
  public static async of(
    { assembly, files, solution }: { readonly assembly: string; readonly files: Readonly<Record<string, string>>; readonly solution: string },
    options: Partial<LocalSystemOptions> = {},
  ): Promise<Story> {
    const git = new TestRepository();
    git.commit(files);
    const open: OpenQuestion[] = [];
    const system = await LocalSystem.start({
      assembly,
      repository: git.directory,
      branch: 'main',
      standInsOnly: true,
      retryDelay: 1,
      // Where no one needs to be asked, the pipeline answers by itself: a person comes when nothing goes on any more.
      approvals: async (approval) => new Promise((answer) => { open.push({ approval, answer }); }),
      ...options,
    });
    return new Story(solution, git, system, open);
  }

  /** What a person was asked by the last release. */
  public readonly asked: PendingApproval[] = [];

  /** What a person answers. */
  public readonly approver = { answer: 'Approved' as ApprovalDecision };

  private constructor(
    private readonly solution: string,
    public readonly git: TestRepository,
    public readonly system: LocalSystem,
    private readonly open: OpenQuestion[],
  ) {}

  /** Commits, and lets the pipeline run to its end. */
  public async release(files: Readonly<Record<string, string | null>> = {}): Promise<string> {
    this.asked.length = 0;
    this.git.commit(files);
    await this.system.moveBranch('HEAD');
    await this.finish();
    return this.system.executions.at(-1)!.status;
  }

  /** The same, for a release that has to succeed. @throws Error with what failed */
  public async succeeds(files: Readonly<Record<string, string | null>> = {}): Promise<void> {
    if (await this.release(files) !== 'Succeeded') {
      throw new Error(`The release failed: ${this.failure}`);
    }
  }

  /** What the last execution failed with. */
  public get failure(): string {
    return this.system.executions.at(-1)!.actionRuns.filter(({ status }) => status === 'Failed').map(({ stage, action, message }) => `${stage}/${action}: ${message}`).join('\n');
  }

  /** Builds of deliveries so far, by what they did. */
  public steps(): string[] {
    return this.system.builds('').map(({ environment: { DELIVERY_STEP: step, ENVIRONMENT: environment }, status }) => `${environment} ${step} ${status}`);
  }

  public async command(...args: string[]): Promise<string> {
    this.asked.length = 0;
    const output = await new Promise<string>((resolve) => {
      execFile(process.execPath, [COMMAND, ...args, '--pipeline', this.solution], {
        env: { PATH: process.env.PATH, NODE_NO_WARNINGS: '1', ...clientEnvironment(this.system.endpoint), AWS_REGION: 'eu-west-1' },
      }, (_error, stdout, stderr) => resolve(stdout + stderr));
    });
    await this.finish();
    return output;
  }

  /** Waits until nothing goes on any more; answers what a person is asked meanwhile. */
  private async finish(): Promise<void> {
    for (;;) {
      await this.system.waitUntilIdle();
      const questions = this.open.splice(0).filter(({ approval }) => this.waits(approval));
      if (questions.length === 0) {
        return;
      }
      for (const { approval, answer } of questions) {
        this.asked.push(approval);
        answer(this.approver.answer);
      }
    }
  }

  private waits({ executionId, stage, action }: PendingApproval): boolean {
    return this.system.executions.some(({ id, actionRuns }) => id === executionId
      && actionRuns.some((run) => run.stage === stage && run.action === action && run.status === 'InProgress'));
  }
}
