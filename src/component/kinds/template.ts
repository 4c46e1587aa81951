import { agentCommand } from '../../contract/agent';
import { shellQuote } from '../../core/shell';
import { requireLiteral } from '../../private/literal';
import { BuildArtifact } from '../build-artifact';
import { TemplateProps } from '../component-props';
import { fileOf } from './paths';
import { ComponentConfig, TemplateStack } from '../component-config';

/** The kind whose builds are deployed to every environment. */
export const TEMPLATE_KIND = 'template';

const PACKAGED_FILE = 'packaged-template.yml';

export function bindTemplate(props: TemplateProps): ComponentConfig {
  const template = fileOf(props.path, requireOptional(props.template), 'template.yml');
  return {
    kind: TEMPLATE_KIND,
    artifact: BuildArtifact.file(PACKAGED_FILE),
    parameters: [],
    stack: stackOf(props),
    buildCommands: [packageCommand(template)],
  };
}

/** Where `sam build` leaves the template, with local paths to what it built. Nested applications have folders of their own there. */
const SAM_BUILT = '.aws-sam/build/template.yaml';

/** A template of SAM: built by SAM, then packaged as any other. */
export function bindSamApp(props: TemplateProps): ComponentConfig {
  const template = fileOf(props.path, requireOptional(props.template), 'template.yaml');
  return {
    ...bindTemplate(props),
    buildCommands: [...(props.buildCommands ?? [`sam build --template-file ${shellQuote(template)}`]), packageCommand(SAM_BUILT)],
  };
}

function packageCommand(template: string): string {
  return `${agentCommand('package-template')} ${shellQuote(template)} ${PACKAGED_FILE}`;
}

function stackOf({ stackName, parameters, tags, outputParameters, capabilities }: TemplateProps): TemplateStack {
  return { stackName, parameters, tags, outputParameters, capabilities };
}

function requireOptional(template: string | undefined): string | undefined {
  return template === undefined ? undefined : requireLiteral('Component.template: template', template);
}
