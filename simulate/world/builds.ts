import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TEMPLATE, TEMPLATE_FILE } from './catalogues';
import { ActionResult, CatalogueVersion, Execution } from './execution';
import { RunProgram } from './functions';
import { ARTIFACT_BUCKET, DEPLOYMENTS_TABLE, DIFF_TABLE, SOLUTION } from './names';
import { Programs } from './programs';
import type { Tree } from './repository';
import { requireComponent } from '../../agent/component';
import { ObjectStore } from '../../agent/object-store';
import { BuildStore } from '../../lambda/shared/build-store';
import { OutcomeStore } from '../../lambda/shared/outcome-store';
import { PlanStore } from '../../lambda/shared/plan-store';
import { ReleaseStore } from '../../lambda/shared/release-store';
import { buildTag } from '../../src/core/names';
import type { Build } from '../../src/core/release';
import { Random } from '../engine/random';
import type { Sandbox } from '../engine/sandbox';
import type { Task } from '../engine/task';
import { trueCatalogue } from '../model/facts';
import type { Monitor } from '../model/monitor';
import { buildContent, interfaceOf, isBroken, Lines } from '../model/rules';
import { Ecr } from '../services/ecr';

const TIMEOUT_MS = 3_600_000;
const REGISTRY = '111111111111.dkr.ecr.eu-west-1.amazonaws.com';

export interface BuildsProps {
  readonly programs: Programs;
  readonly run: RunProgram;
  readonly ecr: Ecr;
  readonly monitor: Monitor;
  readonly treeOf: (commitId: string) => Tree;
  /** Whether a build fails for no reason of its own. */
  readonly isFlaky: (random: Random) => boolean;
  /** A folder of this machine, for what is packaged. */
  readonly folder: string;
}

/** CodeBuild: runs the agent around commands that read sources and dependencies and leave an artifact that tells what was read. */
export class Builds {
  /** What images hold, by digest: what dependents read of them. */
  private readonly images = new Map<string, Lines>();
  private readonly undeployable = new Set<string>();
  private count = 0;

  public constructor(private readonly props: BuildsProps) {}

  /** Whether a stack cannot be deployed with the image of this location. */
  public isUndeployable(location: string): boolean {
    return this.undeployable.has(location);
  }

  public async build(execution: Execution, component: string): Promise<ActionResult> {
    const faults = new Set<string>();
    const name = `build#${++this.count} of ${component} in ${execution.id}`;
    const { commitId, variables, version } = execution;
    const task = await this.props.run(name, async (sandbox, running) => (
      this.run({ sandbox, task: running, component, commitId: commitId!, planId: variables.planId!, executionId: execution.id, version })
    ), { timeoutMs: TIMEOUT_MS, faultsSeen: faults });
    if (task.end === 'done') {
      return { ok: true };
    }
    return { ok: false, why: task.error?.message ?? 'killed', injected: faults.size > 0 };
  }

  private async run(props: RunProps): Promise<void> {
    const { programs, monitor, folder } = this.props;
    const { sandbox, component: name, commitId, planId, executionId, version: { catalogue } } = props;
    const deployments = { client: sandbox.dynamoDb, tableName: DEPLOYMENTS_TABLE, solution: SOLUTION, timing: sandbox.timing };
    const component = requireComponent(catalogue, name);
    const stores = {
      plans: new PlanStore({ ...deployments, tableName: DIFF_TABLE }),
      outcomes: new OutcomeStore(deployments, executionId),
      builds: new BuildStore(deployments),
    };
    const beganAt = sandbox.timing.now().getTime();
    const numbersBefore = monitor.numbers.highest(name);
    const releases = new ReleaseStore(sandbox.s3, ARTIFACT_BUCKET);
    const { decision, dependencies } = await programs.begin({ catalogue, component, commitId, planId, releases, ...stores });
    monitor.decided({ component: name, commitId, planId, executionId, version: props.version, beganAt }, decision, numbersBefore);
    if (decision.action === 'skip') {
      return;
    }
    const componentDirectory = await this.runCommands(props, decision.buildNumber, dependencies);
    await programs.finish({
      solution: SOLUTION,
      component,
      componentDirectory,
      sourceDirectory: folder,
      commitId,
      planId,
      pipelineExecutionId: executionId,
      ...decision,
      artifactBucket: ARTIFACT_BUCKET,
      repositoryUri: repositoryOf(name),
      objects: new ObjectStore(sandbox.s3, ARTIFACT_BUCKET),
      ecr: sandbox.ecr,
      now: sandbox.timing.now(),
      ...stores,
    });
  }

  /** What the component's own commands do. */
  private async runCommands(props: RunProps, buildNumber: number, dependencies: readonly Build[]): Promise<string> {
    const { task, component, commitId, version } = props;
    const { monitor, treeOf, isFlaky } = this.props;
    const tree = treeOf(commitId);
    // Commands read what the sources say, whatever the deployed catalogue knows.
    const catalogue = trueCatalogue(version.catalogue, tree);
    await task.sleep(task.random.duration(1_000, 240_000));
    if (isBroken(catalogue, component, tree)) {
      task.faults.add('broken sources');
      throw new Error('The commands fail: the sources are broken.');
    }
    if (isFlaky(task.random)) {
      task.faults.add('flaky commands');
      throw new Error('The commands fail by chance.');
    }
    const content = buildContent(catalogue, component, tree, (dependency) => {
      const build = dependencies.find((candidate) => candidate.component === dependency);
      // One that leaves no artifact is read as sources, and so is one that the agent does not know of.
      return build === undefined || build.location === '' ? interfaceOf(catalogue, dependency, tree) : this.images.get(build.location);
    });
    monitor.built(component, buildNumber, content);
    if (component === TEMPLATE) {
      return this.writeTemplate(tree);
    }
    const digest = `sha256:${sha256(content)}`;
    const repositoryUri = repositoryOf(component);
    this.images.set(`${repositoryUri}@${digest}`, interfaceOf(catalogue, component, tree));
    if (content.includes('undeployable')) {
      this.undeployable.add(`${repositoryUri}@${digest}`);
    }
    this.props.ecr.push(repositoryUri.slice(REGISTRY.length + 1), buildTag(component, buildNumber), digest);
    return this.props.folder;
  }

  private writeTemplate(tree: Tree): string {
    const text = tree.get(TEMPLATE_FILE)!;
    const directory = join(this.props.folder, sha256(text).slice(0, 16));
    if (!existsSync(directory)) {
      mkdirSync(directory);
      writeFileSync(join(directory, TEMPLATE_FILE), text);
    }
    return directory;
  }
}

interface RunProps {
  readonly sandbox: Sandbox;
  readonly task: Task;
  readonly component: string;
  readonly commitId: string;
  readonly planId: string;
  readonly executionId: string;
  readonly version: CatalogueVersion;
}

function repositoryOf(component: string): string {
  return `${REGISTRY}/shop/${component.replace(/[^a-z0-9]/g, '')}`;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
