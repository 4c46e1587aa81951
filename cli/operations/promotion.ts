import { setTimeout as sleep } from 'node:timers/promises';
import { heldText } from './held';
import type { Operation } from './operation';
import { promotedRelease } from '../../src/core/promoted-release';
import { formatPromotion, Promotion, PromotionError } from '../../src/core/promotion';
import { Build, Release } from '../../src/core/release';
import { buildOf } from '../../src/core/release-assembly';
import { CommandContext, EXIT, ExitCode, OptionValues, textOption } from '../command';
import { UsageError } from '../errors';
import { paint } from '../paint';
import { formatTable } from '../table';

export const PROMOTION_OPTIONS = {
  'component': { type: 'string' },
  'build': { type: 'string' },
  'dry-run': { type: 'boolean' },
  'wait': { type: 'boolean' },
  'json': { type: 'boolean' },
} as const;

export const PROMOTION_HELP = `  --component NAME  deploy one component's build, and leave the others as they are
  --build NUMBER    which build of it
  --dry-run         check and show what would change, and start nothing
  --wait            wait for the execution's end; exit with 1 unless it succeeded
  --json            print the result as JSON
`;

/** What a command was asked to deploy. */
export interface Wish {
  readonly release?: number;
  readonly component?: string;
  readonly build?: number;
}

/** Reads the options that say what is to be deployed. `releaseOption`: the name of the one that gives a release. */
export function readWish(values: OptionValues, releaseOption: string): Wish {
  const component = textOption(values, 'component');
  const release = numberOption(values, releaseOption);
  const build = numberOption(values, 'build');
  if (component !== undefined && release !== undefined) {
    throw new UsageError(`Pass --${releaseOption} for a whole release, or --component with --build for one build, not both.`);
  }
  if (component === undefined && build !== undefined) {
    throw new UsageError('--build is the number of a component\'s build: add --component NAME.');
  }
  return { release, component, build };
}

function numberOption(values: OptionValues, name: string): number | undefined {
  const text = textOption(values, name);
  if (text !== undefined && !/^[1-9][0-9]{0,8}$/.test(text)) {
    throw new UsageError(`--${name} takes a whole number from 1 up, not '${text}'.`);
  }
  return text === undefined ? undefined : Number(text);
}

/** One component's place in a promotion. */
interface Change {
  readonly component: string;
  /** Null: the environment does not have it. */
  readonly from: number | null;
  /** Null: the release does not have it. */
  readonly to: number | null;
}

const POLL_MILLISECONDS = 3_000;

/** Checks a promotion, shows what it changes, starts it and, where asked, waits for its end. */
export async function promoteRelease(operation: Operation, promotion: Promotion, values: OptionValues, context: CommandContext): Promise<ExitCode> {
  const { client, pipeline, records } = operation;
  const target = await promotedRelease(promotion, pipeline.environments, records);
  const live = (await records.environment(promotion.environment)).live;
  const changes = changesOf(target.components, live && await records.release(live.key));
  const said = { promotion: formatPromotion(promotion), environment: promotion.environment, commit: target.commitId, changes };
  const json = values.json === true;
  if (!json) {
    context.out(describe(said, context.colours));
  }
  if (values['dry-run'] === true) {
    context.out(json ? toJson({ ...said, execution: null }) : 'Nothing was started.\n');
    return EXIT.done;
  }
  const execution = await client.promote(promotion, target.commitId);
  if (!json) {
    const held = pipeline.apart.includes(promotion.environment) ? '' : `${heldText(`the promotion ${said.promotion}`)}\n`;
    context.out(`Execution ${execution} of pipeline '${client.name}' was started.\n${held}`);
  }
  const status = values.wait === true ? await ended(operation, execution) : 'InProgress';
  context.out(json ? toJson({ ...said, execution, status }) : values.wait === true ? `It ${status === 'Succeeded' ? 'succeeded' : `ended: ${status}`}.\n` : '');
  return values.wait !== true || status === 'Succeeded' ? EXIT.done : EXIT.failed;
}

async function ended({ client }: Operation, execution: string): Promise<string> {
  for (;;) {
    const status = await client.status(execution);
    if (status !== 'InProgress' && status !== 'Stopping') {
      return status;
    }
    await sleep(POLL_MILLISECONDS);
  }
}

function changesOf(components: Readonly<Record<string, Build>>, live: Release | undefined): Change[] {
  const names = [...new Set([...Object.keys(components), ...Object.keys(live?.components ?? {})])].sort();
  return names
    .map((component) => ({
      component,
      from: (live && buildOf(live, component)?.buildNumber) ?? null,
      to: (Object.hasOwn(components, component) ? components[component]!.buildNumber : null),
    }))
    .filter(({ from, to }) => from !== to);
}

function describe({ environment, commit, changes }: { environment: string; commit: string; changes: readonly Change[] }, colours: boolean): string {
  if (changes.length === 0) {
    return `'${environment}' has these builds already; they are deployed again.\n`;
  }
  const rows = changes.map(({ component, from, to }) => [`  ${component}`, from === null ? '-' : String(from), to === null ? '-' : String(to)]);
  return `${paint('bold', `'${environment}' gets, of commit ${commit.slice(0, 12)}:`, colours)}\n${formatTable(['  component', 'live', 'new'], rows)}`;
}

function toJson(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

/** @throws PromotionError always */
export function refuse(message: string): never {
  throw new PromotionError(message);
}
