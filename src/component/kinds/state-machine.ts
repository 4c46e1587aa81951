import { parameterName } from '../../core/names';
import { BuildArtifact } from '../build-artifact';
import { StateMachineProps } from '../component-props';
import { LocationParameter } from '../location-parameter';
import { fileOf } from './paths';
import { ComponentConfig } from '../component-config';

export function bindStateMachine(name: string, props: StateMachineProps): ComponentConfig {
  return {
    kind: 'state-machine',
    artifact: BuildArtifact.file(fileOf(props.path, props.definition, 'definition.asl.json')),
    parameters: [
      LocationParameter.bucket(props.bucketParameter ?? parameterName(name, 'DefinitionBucket')),
      LocationParameter.key(props.keyParameter ?? parameterName(name, 'DefinitionKey')),
      ...props.parameters ?? [],
    ],
  };
}
