/**
 * Types whose resources are replaced or deleted with ordinary releases, each with the reason for which nothing is lost. By their schemas nothing, or
 * nothing of substance, of them can be changed in place.
 */
export const REPLACED_BY_DESIGN: ReadonlyMap<string, string> = new Map([
  ['AWS::ApiGateway::Deployment', 'a snapshot of the API'],
  ['AWS::ApiGatewayV2::Deployment', 'a snapshot of the API'],
  ['AWS::AppConfig::HostedConfigurationVersion', 'one version of a configuration, which the template holds'],
  ['AWS::AutoScaling::LaunchConfiguration', 'settings of instances to come'],
  ['AWS::CDK::Metadata', 'a note'],
  ['AWS::CloudFormation::WaitConditionHandle', 'an address for one signal'],
  ['AWS::ECS::TaskDefinition', 'one revision of settings; services go over to the new one'],
  ['AWS::ImageBuilder::Component', 'one version of build steps; images made with it stay'],
  ['AWS::ImageBuilder::ContainerRecipe', 'one version of a recipe; images made with it stay'],
  ['AWS::ImageBuilder::ImageRecipe', 'one version of a recipe; images made with it stay'],
  ['AWS::ImageBuilder::Workflow', 'one version of build steps; images made with it stay'],
  ['AWS::Lambda::LayerVersion', 'one version of code; functions that use it keep it'],
  ['AWS::Lambda::LayerVersionPermission', 'a statement of a policy'],
  ['AWS::Lambda::Permission', 'a statement of a policy'],
  ['AWS::Lambda::Version', 'a snapshot of the function; aliases go over to the new one'],
  ['AWS::SageMaker::DataQualityJobDefinition', 'settings of jobs to come'],
  ['AWS::SageMaker::EndpointConfig', 'settings; endpoints go over to the new one'],
  ['AWS::SageMaker::Model', 'settings that name the model data, which stays where it is'],
  ['AWS::SageMaker::ModelBiasJobDefinition', 'settings of jobs to come'],
  ['AWS::SageMaker::ModelExplainabilityJobDefinition', 'settings of jobs to come'],
  ['AWS::SageMaker::ModelQualityJobDefinition', 'settings of jobs to come'],
  ['AWS::StepFunctions::StateMachineVersion', 'a snapshot of the state machine; aliases go over to the new one'],
]);
