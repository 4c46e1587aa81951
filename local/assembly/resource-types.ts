/** Types that the local run brings to life. */
export const EMULATED = new Set([
  'AWS::ApiGatewayV2::Api',
  'AWS::ApiGatewayV2::Integration',
  'AWS::ApiGatewayV2::Route',
  'AWS::ApiGatewayV2::Stage',
  'AWS::CloudFormation::Stack',
  'AWS::CodeBuild::Project',
  'AWS::CodeCommit::Repository',
  'AWS::CodePipeline::Pipeline',
  'AWS::DynamoDB::GlobalTable',
  'AWS::DynamoDB::Table',
  'AWS::ECR::Repository',
  'AWS::Events::Rule',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::Lambda::Function',
  'AWS::S3::Bucket',
  'AWS::SQS::Queue',
  'AWS::SecretsManager::Secret',
  'AWS::StepFunctions::StateMachine',
]);

/** What emulated types may ask for and would not get: it stops the run as well. */
export const NOT_EMULATED_PROPERTIES: Readonly<Record<string, readonly string[]>> = {
  'AWS::CodeBuild::Project': ['BuildBatchConfig', 'FileSystemLocations', 'SecondaryArtifacts', 'SecondarySources'],
  'AWS::CodeCommit::Repository': ['Code', 'Triggers'],
  'AWS::CodePipeline::Pipeline': ['DisableInboundStageTransitions'],
  'AWS::DynamoDB::GlobalTable': ['StreamSpecification'],
  'AWS::DynamoDB::Table': ['ImportSourceSpecification', 'KinesisStreamSpecification', 'StreamSpecification'],
  'AWS::ECR::Repository': ['ImageTagMutabilityExclusionFilters'],
  'AWS::Lambda::Function': ['DurableConfig', 'FileSystemConfigs', 'ImageConfig', 'Layers', 'SnapStart'],
  'AWS::S3::Bucket': ['ObjectLockEnabled', 'ReplicationConfiguration'],
};

/** Types that need no emulation, each with the reason. Every other type stops the run. */
export const NOT_NEEDED: Readonly<Record<string, string>> = {
  'AWS::CDK::Metadata': 'describes the app, does nothing',
  'AWS::CloudWatch::Alarm': 'watches metrics, which do not exist locally',
  'AWS::CloudWatch::Dashboard': 'shows metrics, which do not exist locally',
  'AWS::CodeBuild::ReportGroup': 'reports stay files in the build\'s folder',
  'AWS::EC2::SecurityGroup': 'guards a network that does not exist locally',
  'AWS::EC2::SecurityGroupEgress': 'guards a network that does not exist locally',
  'AWS::EC2::SecurityGroupIngress': 'guards a network that does not exist locally',
  'AWS::Events::EventBusPolicy': 'permissions are judged apart, where the run has an authorizer',
  'AWS::IAM::ManagedPolicy': 'permissions are judged apart, where the run has an authorizer',
  'AWS::IAM::Policy': 'permissions are judged apart, where the run has an authorizer',
  'AWS::IAM::Role': 'permissions are judged apart, where the run has an authorizer',
  'AWS::KMS::Alias': 'nothing is encrypted locally',
  'AWS::KMS::Key': 'nothing is encrypted locally',
  'AWS::Lambda::Permission': 'permissions are judged apart, where the run has an authorizer',
  'AWS::Logs::LogGroup': 'logs are files locally',
  'AWS::S3::BucketPolicy': 'permissions are judged apart, where the run has an authorizer',
  'AWS::SNS::Topic': 'what is published is kept by topic, whether there is one or not',
  'AWS::SNS::TopicPolicy': 'permissions are judged apart, where the run has an authorizer',
  'Custom::S3AutoDeleteObjects': 'empties a bucket that is deleted, which the end of the run does',
  'AWS::SNS::Subscription': 'what is published is kept by topic, and delivered to nobody',
  'AWS::SQS::QueuePolicy': 'permissions are judged apart, where the run has an authorizer',
};
