import { WorkBuilds } from './work-builds';
import { DeliveryStep, DELIVERY_ENV, DeliverySettings } from '../../../src/contract/deployer';
import { AttemptRecord, DeliveredBuildRecord } from '../../../src/contract/ledger';
import { deliveryAttemptPrefix } from '../../../src/contract/objects';
import { Brought, decideDelivery, Decision } from '../../../src/core/delivery/deployer/decision';
import { sha256 } from '../../../src/core/digest';
import { Build } from '../../../src/core/release';
import { AttemptStore, LedgerOf, StackAddress } from '../../shared/attempt-store';
import { Patience } from '../../shared/patience';
import { Timing } from '../../shared/timing';

export type DeliveryLedger = LedgerOf<DeliveredBuildRecord>;

/** What one execution brings by one deployer. */
export interface ComponentDeliveryProps {
  readonly settings: DeliverySettings;
  readonly address: StackAddress;
  readonly build: Build;
  readonly executionId: string;
  readonly commitId: string;
  /** First job of the action. */
  readonly run: string;
  readonly solution: string;
  readonly artifactBucket: string;
  /** Values of the outputs that it takes, by variable; absent: they are not known yet. */
  readonly values?: Readonly<Record<string, string>>;
  readonly attempts: AttemptStore<DeliveredBuildRecord>;
  readonly builds: WorkBuilds;
  readonly timing: Timing;
}

/** Longest that a worker may be about to start a build: a function's own limit. */
const MAX_WORKER_MS = 15 * 60_000;

/** What became of a step. */
export type StepOutcome = { readonly state: 'succeeded' } | { readonly state: 'failed'; readonly reason: string };

export interface DoneStep {
  readonly outcome: StepOutcome;
  readonly ledger: DeliveryLedger;
}

/** The delivery of a component's build by a deployer other than CloudFormation. Every step is preceded by its attempt in the ledger. */
export class ComponentDelivery {
  /** Digest of what is delivered, with the values of outputs; without them where they are not known. */
  public readonly digest: string;

  /** Digest of what the release brings, whatever stacks give it. */
  public readonly releasedDigest: string;

  public constructor(public readonly props: ComponentDeliveryProps) {
    const { settings: { definition, component }, build, values } = props;
    this.releasedDigest = sha256(JSON.stringify([component, build.fingerprint, build.artifactDigest ?? build.location, definition]));
    this.digest = sha256(JSON.stringify([this.releasedDigest, Object.entries(values ?? {}).sort()]));
  }

  public get title(): string {
    const { settings: { component }, address: { place } } = this.props;
    return `The delivery of component '${component}' to ${place}`;
  }

  public async ledger(): Promise<DeliveryLedger | undefined> {
    return this.props.attempts.read(this.props.address);
  }

  public async write(last: DeliveryLedger | undefined, attempt: AttemptRecord, delivered?: DeliveredBuildRecord): Promise<DeliveryLedger> {
    return this.props.attempts.write(this.props.address, last, { ...attempt, Timestamp: this.now() }, delivered);
  }

  /** What is done with it. */
  public decide(ledger: DeliveryLedger | undefined): Decision {
    const { settings: { rollback, report }, build: { buildNumber } } = this.props;
    const brought: Brought = { digest: this.digest, build: buildNumber, rollback, isAlwaysCompared: report === 'terraform' };
    const delivered = ledger?.Delivered;
    return decideDelivery(ledger && {
      lastSucceeded: ledger.Attempt.Phase === 'Succeeded',
      attemptedBuild: wasAttempted(ledger.Attempt) ? ledger.Attempt.Build ?? 0 : 0,
      ...(delivered === undefined ? {} : { delivered: { digest: delivered.Digest, build: delivered.Build } }),
    }, brought);
  }

  /** Begins another attempt. */
  public async begin(last: DeliveryLedger | undefined, phase: 'Preparing' | 'Prepared'): Promise<DeliveryLedger> {
    const { executionId, commitId, run, address, build } = this.props;
    const number = (last?.Attempt.Number ?? 0) + 1;
    return this.write(last, {
      Number: number,
      PipelineExecutionId: executionId,
      CommitId: commitId,
      Digest: this.digest,
      Token: sha256(JSON.stringify([address, number, this.digest])),
      Phase: phase,
      Build: build.buildNumber,
      Run: run,
      Timestamp: '',
    });
  }

  /** Notes that the place has what the current attempt brought. */
  public async delivered(ledger: DeliveryLedger): Promise<DeliveryLedger> {
    const { Attempt: attempt } = ledger;
    return this.write(ledger, { ...attempt, Phase: 'Succeeded' }, {
      Digest: attempt.Digest,
      Attempt: attempt.Number,
      PipelineExecutionId: attempt.PipelineExecutionId,
      CommitId: attempt.CommitId,
      Build: attempt.Build!,
      Timestamp: this.now(),
    });
  }

  /** Notes that the step that was under way is done: what switches waits for that now, everything else is there. */
  public async completed(ledger: DeliveryLedger): Promise<DeliveryLedger> {
    const { BuildId: _, ...attempt } = ledger.Attempt;
    const isOpen = this.props.settings.switches === true && attempt.Step !== 'switch';
    return isOpen ? this.write(ledger, { ...attempt, Phase: 'Ready' }) : this.delivered(ledger);
  }

  /** Writes down what became of an attempt that was executing. One that goes on stays as it is. */
  public async settle(ledger: DeliveryLedger | undefined): Promise<DeliveryLedger | undefined> {
    if (ledger?.Attempt.Phase !== 'Executing') {
      return ledger;
    }
    const { Attempt: attempt } = ledger;
    const { builds, settings: { project }, timing } = this.props;
    const id = attempt.BuildId ?? await builds.find({ project, token: stepToken(attempt, attempt.Step ?? 'deploy') });
    if (id === undefined) {
      // The worker that wrote the attempt may still be about to start the build.
      const isOver = timing.now().getTime() - Date.parse(attempt.Timestamp) > MAX_WORKER_MS;
      return isOver ? this.write(ledger, { ...attempt, Phase: 'Lost' }) : ledger;
    }
    const outcome = await builds.outcome(id);
    switch (outcome.state) {
      case 'running':
        return ledger;
      case 'succeeded':
        return this.completed(ledger);
      case 'failed':
        return this.write(ledger, { ...attempt, Phase: 'Failed', Reason: outcome.reason });
    }
  }

  /** Does a step of the current attempt: starts its build, or waits for it. Nothing: patience ended. */
  public async step(ledger: DeliveryLedger, step: DeliveryStep, patience: Patience): Promise<DoneStep | undefined> {
    const { Attempt: attempt } = ledger;
    const { builds, settings: { project }, build } = this.props;
    const started = attempt.BuildId === undefined
      ? await this.write(ledger, {
        ...attempt,
        BuildId: await builds.start({ project, token: stepToken(attempt, step), location: build.location, environment: this.environment(attempt, step) }),
      }) : ledger;
    for (;;) {
      const outcome = await builds.outcome(started.Attempt.BuildId!);
      if (outcome.state !== 'running') {
        return { outcome, ledger: started };
      }
      if (!await patience.wait()) {
        return undefined;
      }
    }
  }

  /** Key of the report that an attempt wrote. */
  public reportKey({ Token: token }: AttemptRecord): string {
    return `${this.prefix(token)}report.json`;
  }

  private environment({ Token: token }: AttemptRecord, step: DeliveryStep): Readonly<Record<string, string>> {
    const { settings: { component }, address: { environment }, build: { buildNumber, location }, commitId, values = {}, artifactBucket } = this.props;
    const prefix = `s3://${artifactBucket}/${this.prefix(token)}`;
    return {
      ...values,
      [DELIVERY_ENV.step]: step,
      [DELIVERY_ENV.report]: `${prefix}report.json`,
      [DELIVERY_ENV.handover]: `${prefix}handover`,
      [DELIVERY_ENV.location]: location,
      [DELIVERY_ENV.environment]: environment,
      [DELIVERY_ENV.component]: component,
      [DELIVERY_ENV.buildNumber]: `${buildNumber}`,
      [DELIVERY_ENV.commitId]: commitId,
    };
  }

  private prefix(token: string): string {
    const { solution, address: { place }, settings: { id } } = this.props;
    return deliveryAttemptPrefix(solution, place, id, token);
  }

  private now(): string {
    return this.props.timing.now().toISOString();
  }
}

/** Whether the attempt may have changed something. */
function wasAttempted({ Phase: phase }: AttemptRecord): boolean {
  return phase === 'Executing' || phase === 'Ready' || phase === 'Succeeded' || phase === 'Failed';
}

/** CodeBuild takes 64 characters. */
function stepToken({ Token: token }: AttemptRecord, step: DeliveryStep): string {
  return sha256(`${token} ${step}`);
}
