import { BuildArtifact } from '../build-artifact';
import { TrackedFileProps } from '../component-props';
import { baseName } from './paths';
import { ComponentConfig } from '../component-config';

export function bindTrackedFile(props: TrackedFileProps): ComponentConfig {
  return {
    kind: 'buildspec',
    artifact: BuildArtifact.file(baseName(props.path)),
    parameters: props.parameters ?? [],
  };
}
