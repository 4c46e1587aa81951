import { parameterName } from '../../core/names';
import { BuildArtifact } from '../build-artifact';
import { ComponentConfig } from '../component-config';
import { FlinkApplicationProps } from '../component-props';
import { LocationParameter } from '../location-parameter';

export function bindFlinkApplication(name: string, props: FlinkApplicationProps): ComponentConfig {
  return {
    kind: 'flink-application',
    artifact: BuildArtifact.file(props.code),
    parameters: [
      LocationParameter.bucket(props.bucketParameter ?? parameterName(name, 'Bucket')),
      LocationParameter.key(props.keyParameter ?? parameterName(name, 'Key')),
      ...props.parameters ?? [],
    ],
  };
}
