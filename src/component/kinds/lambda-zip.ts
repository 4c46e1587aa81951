import { BuildArtifact } from '../build-artifact';
import type { ComponentConfig } from '../component';
import { LambdaZipProps } from '../component-props';
import { LocationParameter, parameterName } from '../location-parameter';

export function bindLambdaZip(name: string, props: LambdaZipProps): ComponentConfig {
  return {
    kind: 'lambda-zip',
    artifact: BuildArtifact.zip(props.artifactPath ?? '.'),
    parameters: [
      LocationParameter.bucket(props.bucketParameter ?? parameterName(name, 'Bucket')),
      LocationParameter.key(props.keyParameter ?? parameterName(name, 'Key')),
    ],
  };
}
