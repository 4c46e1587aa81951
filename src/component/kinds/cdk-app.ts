import { Construct } from 'constructs';
import { shellQuote } from '../../core/shell';
import { requireLiteral } from '../../private/literal';
import { BuildArtifact } from '../build-artifact';
import { ComponentBindOptions, ComponentConfig } from '../component-config';
import { CdkAppProps } from '../component-props';
import { imageRepository } from '../image-repository';

/** The kind whose build is a cloud assembly: its stacks are what is deployed. */
export const CDK_APP_KIND = 'cdk-app';

export function bindCdkApp(scope: Construct, props: CdkAppProps, options: ComponentBindOptions): ComponentConfig {
  const assembly = requireLiteral('Component.cdkApp: assembly', props.assembly ?? 'cdk.out');
  const hasImages = props.images ?? false;
  return {
    kind: CDK_APP_KIND,
    artifact: BuildArtifact.cloudAssembly(assembly),
    parameters: [],
    // The CDK that the application pins, and no look-ups: the same commit makes the same assembly, whatever AWS holds.
    buildCommands: ['npm ci', `npx cdk synth --quiet --no-lookups --output ${shellQuote(assembly)}`],
    privileged: hasImages,
    repository: hasImages ? imageRepository(scope, 'Repository', options.removalPolicy) : undefined,
  };
}
