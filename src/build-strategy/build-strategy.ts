import { ActionBuilds } from './actions/action-builds';
import { BuildContext, RenderedBuilds, StrategySize } from './context';
import { FanOutBuilds } from './fan-out/fan-out-builds';
import { fanOutSettings, FanOutSettings, FanOutOptions } from './fan-out/settings';
import { ComponentGraph } from '../core/graph';
import { buildStages } from './actions/build-stages';

/** How a pipeline runs the builds of its components. What a build does is the same under every strategy. */
export abstract class BuildStrategy {
  /**
   * An action of the pipeline for each component: all start in every execution, and those of unchanged components end at once.
   * For small pipelines: 50 actions a stage, 1,000 a pipeline, and a project and a role for each component in the pipeline's own stack.
   */
  public static actions(): BuildStrategy {
    return new Actions();
  }

  /**
   * One action of the pipeline, a Step Functions state machine that starts the builds of changed components alone: tranche by tranche in the order
   * of their dependencies, as many at a time as there may be. A build that fails cancels those that depend on it, and no others.
   * Components with equal settings share a project; each build runs as its own component's role.
   */
  public static fanOut(options: FanOutOptions = {}): BuildStrategy {
    return new FanOut(fanOutSettings(options));
  }

  /**
   * Stages and actions that the builds take.
   * @internal
   */
  public abstract _size(graph: ComponentGraph): StrategySize;

  /**
   * Makes what the builds need, and their stages.
   * @internal
   */
  public abstract _render(context: BuildContext): RenderedBuilds;
}

class Actions extends BuildStrategy {
  /** @internal */
  public _size(graph: ComponentGraph): StrategySize {
    return { stages: buildStages(graph, '').length, actions: graph.names.length };
  }

  /** @internal */
  public _render(context: BuildContext): RenderedBuilds {
    return new ActionBuilds(context);
  }
}

class FanOut extends BuildStrategy {
  constructor(private readonly settings: FanOutSettings) {
    super();
  }

  /** @internal */
  public _size(): StrategySize {
    return { stages: 1, actions: 1 };
  }

  /** @internal */
  public _render(context: BuildContext): RenderedBuilds {
    return new FanOutBuilds(context, this.settings);
  }
}
