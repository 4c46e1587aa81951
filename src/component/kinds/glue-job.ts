import { parameterName } from '../../core/names';
import { baseName } from '../../core/paths';
import { BuildArtifact } from '../build-artifact';
import { ComponentConfig } from '../component-config';
import { GlueJobProps } from '../component-props';
import { LocationParameter } from '../location-parameter';
import { fileOf } from './paths';

const MODULES_FILE = 'modules.zip';

export function bindGlueJob(name: string, props: GlueJobProps): ComponentConfig {
  const script = fileOf(props.path, props.script, 'main.py');
  const scriptFile = baseName(script);
  const modules = props.modules === undefined ? [] : [{ path: props.modules, name: MODULES_FILE, zip: true }];
  return {
    kind: 'glue-job',
    artifact: BuildArtifact.files({ path: script, name: scriptFile }, ...modules),
    parameters: [
      LocationParameter.file(props.scriptParameter ?? parameterName(name, 'ScriptLocation'), scriptFile),
      ...modules.map((file) => LocationParameter.file(props.modulesParameter ?? parameterName(name, 'ModulesLocation'), file.name)),
      ...props.parameters ?? [],
    ],
  };
}
