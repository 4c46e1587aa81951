import { ComponentDelivery } from './component-delivery';
import { deployDelivery } from './deploy';
import { DeliveryOptions, prepareDelivery } from './prepare';
import { ReportingProps } from './report';
import { ownLedger, switchDelivery } from './switch';
import { WorkBuilds } from './work-builds';
import { ChangeReport, DeliveryReport } from '../../../src/contract/delivery';
import { DeliverySettings } from '../../../src/contract/deployer';
import { DeliveredBuildRecord } from '../../../src/contract/ledger';
import { deliveryName } from '../../../src/core/delivery/deployer/names';
import { outputVariables, PlaceOutputs } from '../../../src/core/delivery/place-report';
import { Release } from '../../../src/core/release';
import { buildOf } from '../../../src/core/release-assembly';
import { AttemptStore, OvertakenError } from '../../shared/attempt-store';
import { errorMessage } from '../../shared/logger';
import { Timing } from '../../shared/timing';
import { partlyError } from '../partly-delivered';

export interface PlaceDeliveriesProps extends ReportingProps {
  readonly name: string;
  readonly release: Release;
  readonly executionId: string;
  /** First job of the action. */
  readonly run: string;
  readonly solution: string;
  readonly attempts: AttemptStore<DeliveredBuildRecord>;
  readonly builds: WorkBuilds;
  readonly timing: Timing;
}

/** Where a delivery stands: before the place's stacks, or after them. */
type Position = 'before' | 'after';

/** What deployers other than CloudFormation bring to a place. */
export class PlaceDeliveries {
  /** Names of the deliveries that this job found to be done, or did; without those that keep a newer build. */
  public readonly delivered: string[] = [];
  private readonly settings: readonly DeliverySettings[];

  /** @throws Error where the release is from a time before a component that refuses to be rolled back */
  public constructor(private readonly props: PlaceDeliveriesProps) {
    const all = props.place.deliveries ?? [];
    const refused = all.find(({ component, rollback }) => rollback === 'REFUSE' && buildOf(props.release, component) === undefined);
    if (refused !== undefined) {
      throw new Error(`The release has no build of component '${refused.component}', whose deployer refuses to go back: it is from a time before the component was there. Nothing was delivered.`);
    }
    this.settings = all.filter(({ component }) => buildOf(props.release, component) !== undefined);
  }

  /** Names of the deliveries in the ledger. */
  public get names(): string[] {
    return this.settings.map(({ id }) => deliveryName(id));
  }

  /** The same of those before the stacks, or after them. */
  public namesOf(position: Position): string[] {
    return this.settings.filter(({ afterStacks }) => afterStacks === (position === 'after')).map(({ id }) => deliveryName(id));
  }

  /** Digests of what the release brings, by name. */
  public get releasedDigests(): (readonly [string, string])[] {
    return this.settings.map((settings) => [deliveryName(settings.id), this.deliveryOf(settings, undefined).releasedDigest] as const);
  }

  /**
   * Has the changes of all deliveries reported and judged.
   * @param outputs of the place's stacks, as they are now
   * @param areKnown whether no stack changes, so that they stay as they are
   * @returns the reports; nothing where it takes longer than patience lasts
   */
  public async prepare(outputs: PlaceOutputs, areKnown: boolean, options: DeliveryOptions): Promise<readonly DeliveryReport[] | undefined> {
    const results = await Promise.allSettled(this.settings.map(async (settings) => (
      prepareDelivery(this.deliveryOf(settings, this.valuesOf(settings, outputs, areKnown)), this.props, options))));
    const errors = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
    const overtaken = errors.find((error) => error instanceof OvertakenError);
    if (overtaken !== undefined) {
      throw overtaken;
    }
    if (results.some((result) => result.status === 'fulfilled' && result.value === undefined)) {
      return undefined;
    }
    if (errors.length > 0) {
      throw new Error(errors.map(errorMessage).join('\n'));
    }
    return results.map((result) => (result as PromiseFulfilledResult<DeliveryReport>).value);
  }

  /**
   * Delivers those before the stacks, or those after them, one after the other.
   * @returns whether all are done; false where it takes longer than patience lasts
   */
  public async deploy(position: Position, report: ChangeReport, outputs: PlaceOutputs, options: DeliveryOptions): Promise<boolean> {
    const turn = this.settings.filter(({ afterStacks }) => afterStacks === (position === 'after'));
    for (const settings of turn) {
      const delivery = this.deliveryOf(settings, this.valuesOf(settings, outputs, true));
      const own = report.deliveries?.find(({ id }) => id === settings.id);
      if (own?.releasedDigest !== delivery.releasedDigest) {
        throw new Error(`${delivery.title} is not what was prepared. Retry the stage with all of its actions.`);
      }
      const missing = Object.values(settings.outputs).filter((name) => outputVariables(outputs)[name] === undefined);
      if (missing.length > 0) {
        throw new Error(`${delivery.title} takes the output ${missing[0]}, and no stack of the place has it. It was not begun.`);
      }
      try {
        if (!await deployDelivery(delivery, own, this.props, options)) {
          return false;
        }
      } catch (error) {
        throw error instanceof OvertakenError ? error : this.partly(errorMessage(error), position, settings, report);
      }
      if (own.outcome !== 'kept') {
        this.delivered.push(deliveryName(settings.id));
      }
    }
    return true;
  }

  /** Whether any delivery switches. */
  public get switches(): boolean {
    return this.switching.length > 0;
  }

  /** Names of the deliveries that wait for their switch. */
  public async waiting(): Promise<string[]> {
    const open = await Promise.all(this.switching.map(async (settings) => {
      const delivery = this.deliveryOf(settings, undefined);
      return ownLedger(delivery, await delivery.ledger())?.Attempt.Phase === 'Ready' ? [settings.component] : [];
    }));
    return open.flat();
  }

  /**
   * Switches to what Deploy left waiting, one after the other.
   * @returns whether all are done; false where it takes longer than patience lasts
   */
  public async switch(report: ChangeReport, options: DeliveryOptions): Promise<boolean> {
    for (const settings of this.switching) {
      const own = report.deliveries?.find(({ id }) => id === settings.id);
      if (own !== undefined && !await switchDelivery(this.deliveryOf(settings, undefined), own, options)) {
        return false;
      }
    }
    return true;
  }

  private get switching(): readonly DeliverySettings[] {
    return this.settings.filter(({ switches }) => switches === true);
  }

  /** Of a place in which some deliveries have the release's content, and others do not. */
  private partly(message: string, position: Position, failed: DeliverySettings, { stacks }: ChangeReport): Error {
    const { name, executionId, release: { commitId } } = this.props;
    const turn = this.namesOf(position);
    const open = turn.slice(turn.indexOf(deliveryName(failed.id)) + 1);
    const ofStacks = stacks.map(({ stackName }) => stackName);
    const isAfter = position === 'after';
    return partlyError(message, name, 'Nothing is rolled back', {
      executionId,
      commitId,
      with: [...this.delivered, ...isAfter ? ofStacks : []],
      without: [deliveryName(failed.id)],
      notBegun: [...open, ...isAfter ? [] : [...ofStacks, ...this.namesOf('after')]],
    });
  }

  /** Values of the outputs that a delivery takes; nothing where they are not known yet. */
  private valuesOf({ outputs: named }: DeliverySettings, outputs: PlaceOutputs, areKnown: boolean): Readonly<Record<string, string>> | undefined {
    const entries = Object.entries(named);
    if (entries.length === 0) {
      return {};
    }
    const variables = outputVariables(outputs);
    const isThere = areKnown && entries.every(([, name]) => variables[name] !== undefined);
    return isThere ? Object.fromEntries(entries.map(([variable, name]) => [variable, variables[name]!])) : undefined;
  }

  private deliveryOf(settings: DeliverySettings, values: Readonly<Record<string, string>> | undefined): ComponentDelivery {
    const { name, place, release, executionId, run, solution, artifactBucket, attempts, builds, timing } = this.props;
    return new ComponentDelivery({
      settings,
      address: { environment: place.environment, place: name, stackName: deliveryName(settings.id) },
      build: buildOf(release, settings.component)!,
      executionId,
      commitId: release.commitId,
      run,
      solution,
      artifactBucket,
      ...(values === undefined ? {} : { values }),
      attempts,
      builds,
      timing,
    });
  }
}
