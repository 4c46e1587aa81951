/** Who does the merge. */
export const BY = {
  fanOut: 'cdk-modular-pipeline',
  actions: 'cdk-modular-pipeline actions',
  cdkPipelines: 'aws-cdk-lib/pipelines',
  single: 'single buildspec',
  each: 'pipeline per component',
} as const;

/** What one merge costs. */
export interface Row {
  readonly by: (typeof BY)[keyof typeof BY];
  readonly dollars: number;
  readonly minutes: number;
  /** Without the time that CloudFormation executes change sets. */
  readonly minutesOutsideCloudFormation: number;
  readonly builds: number;
  readonly actions: number;
}

/** One that cannot be: why. */
export interface Refused {
  readonly by: Row['by'];
  readonly refused: string;
}

interface Figures {
  readonly dollars: number;
  readonly seconds: number;
  readonly cloudFormationSeconds: number;
  readonly builds: number;
  readonly actions: number;
}

export function rowOf(by: Row['by'], { dollars, seconds, cloudFormationSeconds, builds, actions }: Figures): Row {
  return {
    by,
    dollars: Number(dollars.toFixed(6)),
    minutes: Number((seconds / 60).toFixed(2)),
    minutesOutsideCloudFormation: Number(((seconds - cloudFormationSeconds) / 60).toFixed(2)),
    builds,
    actions,
  };
}
