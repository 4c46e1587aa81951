import { BuildArtifact } from '../build-artifact';
import { ComponentConfig } from '../component-config';
import { CustomComponentProps } from '../component-props';

export function bindCustom(props: CustomComponentProps): ComponentConfig {
  return {
    kind: 'custom',
    artifact: props.artifact ?? BuildArtifact.none(),
    parameters: props.parameters ?? [],
    repository: props.repository,
  };
}
