import { BuildStrategy } from 'cdk-modular-pipeline';
import { cdkPipelines, modular, withAssembly } from './apps';
import { assumptions, Assumptions } from './data';
import { graphOf, Node } from './graph';
import { idleMonth, IdleMonth, ours } from './ours';
import { cdkPipelinesRow, pipelinePerComponent, singleBuildspec } from './peers';
import { BY, Refused, Row } from './row';
import { Scenario } from './scenario';
import { PipelineTemplate, readTemplate } from './template';
import { traceMerges, Traces } from './trace';

/** Chains of a local run: one that a merge touches, and one that it does not. */
const TRACED_CHAINS = 2;

/** CodePipeline's limit of actions. */
const MAX_ACTIONS = 1_000;

/** Prices merges. What was synthesized and run once is kept for the next. */
export class Pricing {
  private readonly templates = new Map<string, Promise<PipelineTemplate | string>>();
  private readonly traces = new Map<string, Promise<Traces>>();

  /** What one merge costs, by whom. */
  public async rows(scenario: Scenario, replaced: Partial<Assumptions> = {}): Promise<(Row | Refused)[]> {
    const graph = graphOf(scenario.components, scenario.depth);
    const assumed = assumptions({ ...replaced, provisioningSeconds: scenario.provisioningSeconds });
    const { environments } = scenario;
    const peer = await this.template('peer', graph, environments, cdkPipelines({ graph, environments }));
    return [
      await this.own(BY.fanOut, scenario, graph, assumed),
      await this.own(BY.actions, scenario, graph, assumed),
      typeof peer === 'string' ? { by: BY.cdkPipelines, refused: peer } : cdkPipelinesRow({ scenario, graph, assumed }, peer),
      singleBuildspec({ scenario, graph, assumed }),
      pipelinePerComponent({ scenario, graph, assumed }),
    ];
  }

  /** What a month costs in which nothing is merged. */
  public async idle(scenario: Scenario): Promise<IdleMonth> {
    const graph = graphOf(scenario.components, scenario.depth);
    const template = await this.ownTemplate(BY.fanOut, graph, scenario.environments);
    if (typeof template === 'string') {
      throw new Error(template);
    }
    return idleMonth({ template, traces: await this.trace(BY.fanOut, scenario), assumed: assumptions() });
  }

  private async own(by: Row['by'], scenario: Scenario, graph: readonly Node[], assumed: Assumptions): Promise<Row | Refused> {
    const template = await this.ownTemplate(by, graph, scenario.environments);
    return typeof template === 'string' ? { by, refused: template } : ours({
      by, scenario, graph, template, traces: await this.trace(by, scenario), traced: tracedGraph(scenario), assumed,
    });
  }

  private async ownTemplate(by: Row['by'], graph: readonly Node[], environments: number): Promise<PipelineTemplate | string> {
    return this.template(by, graph, environments, modular({ graph, environments, strategy: strategyOf(by) }));
  }

  private async template(
    kind: string, graph: readonly Node[], environments: number, build: Parameters<typeof withAssembly>[0],
  ): Promise<PipelineTemplate | string> {
    const perComponent = kind !== BY.fanOut;
    if (perComponent && graph.length > MAX_ACTIONS - 50) {
      return `more than CodePipeline's ${MAX_ACTIONS} actions`;
    }
    return kept(this.templates, JSON.stringify([kind, graph.length, graph.filter(({ dependsOn }) => dependsOn === undefined).length, environments]),
      async () => withAssembly(build, readTemplate).catch((error: Error) => refusal(kind, error)));
  }

  private async trace(by: Row['by'], scenario: Scenario): Promise<Traces> {
    const { environments } = scenario;
    const graph = tracedGraph(scenario);
    return kept(this.traces, JSON.stringify([by, graph.length, environments]), async () => traceMerges({ graph, environments, strategy: strategyOf(by) }));
  }
}

/** Too many resources or actions for one pipeline: its own message says so. */
function refusal(kind: string, error: Error): string {
  if (kind !== BY.actions || !/limit|CloudFormation takes|at most|resources/i.test(error.message)) {
    throw error;
  }
  return 'more than CloudFormation\'s 500 resources of a stack';
}

function strategyOf(by: Row['by']): BuildStrategy {
  return by === BY.actions ? BuildStrategy.actions() : BuildStrategy.fanOut();
}

function tracedGraph({ depth }: Scenario): Node[] {
  return graphOf(TRACED_CHAINS * depth + 1, depth);
}

async function kept<T>(map: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const found = map.get(key) ?? make();
  map.set(key, found);
  return found;
}
