import { BuildArtifact } from '../build-artifact';
import type { ComponentConfig } from '../component';
import { TrackedFileProps } from '../component-props';
import { baseName } from './paths';

export function bindTrackedFile(props: TrackedFileProps): ComponentConfig {
  return {
    kind: 'buildspec',
    artifact: BuildArtifact.file(baseName(props.path)),
    parameters: props.parameters ?? [],
  };
}
