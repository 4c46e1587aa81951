import { baseName } from '../../core/paths';
import { BuildArtifact } from '../build-artifact';
import { ComponentConfig } from '../component-config';
import { TrackedFileProps } from '../component-props';

export function bindTrackedFile(props: TrackedFileProps): ComponentConfig {
  return {
    kind: 'buildspec',
    artifact: BuildArtifact.file(baseName(props.path)),
    parameters: props.parameters ?? [],
  };
}
