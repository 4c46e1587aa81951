import { FoundComponent } from './model';
import { parameterName } from '../../src/core/names';

/** The template parameters that receive a component's build, by the defaults of its kind. */
export function parameterNames({ kind, name }: FoundComponent): string[] {
  switch (kind) {
    case 'lambdaImage': return [parameterName(name, 'ImageUri')];
    case 'lambdaZip': return [parameterName(name, 'Bucket'), parameterName(name, 'Key')];
    case 'glueJob': return [parameterName(name, 'ScriptLocation')];
    case 'stateMachine': return [parameterName(name, 'DefinitionBucket'), parameterName(name, 'DefinitionKey')];
  }
}

/** A template that deploys the components: a start to go on from. */
export function renderTemplate(components: readonly FoundComponent[]): string {
  const parameters = components.flatMap((component) => parameterNames(component));
  return [
    '# What the pipeline deploys to each environment. Its parameters receive the builds of the components.',
    'AWSTemplateFormatVersion: "2010-09-09"',
    ...parameters.length === 0 ? [] : ['Parameters:', ...parameters.map((name) => `  ${name}: { Type: String }`)],
    'Resources:',
    ...components.length === 0
      ? ['  # A template has at least one resource. This one costs nothing: replace it.', '  Placeholder:', '    Type: AWS::CloudFormation::WaitConditionHandle']
      : components.flatMap((component) => resourcesOf(component)),
    '',
  ].join('\n');
}

function resourcesOf(component: FoundComponent): string[] {
  const id = parameterName(component.name, '');
  const [first, second] = parameterNames(component);
  switch (component.kind) {
    case 'lambdaImage':
      return [
        ...role(id, 'lambda.amazonaws.com', 'service-role/AWSLambdaBasicExecutionRole'),
        `  ${id}Function:`, '    Type: AWS::Lambda::Function', '    Properties:', '      PackageType: Image', `      Code: { ImageUri: !Ref ${first} }`,
        ...functionDefaults(id),
      ];
    case 'lambdaZip':
      return [
        ...role(id, 'lambda.amazonaws.com', 'service-role/AWSLambdaBasicExecutionRole'),
        `  ${id}Function:`, '    Type: AWS::Lambda::Function', '    Properties:', `      Runtime: ${component.runtime}`, `      Handler: ${JSON.stringify(component.handler)}`,
        `      Code: { S3Bucket: !Ref ${first}, S3Key: !Ref ${second} }`, ...functionDefaults(id),
      ];
    case 'glueJob':
      return [
        ...role(id, 'glue.amazonaws.com', 'service-role/AWSGlueServiceRole', [
          '      Policies:', '        - PolicyName: Script', '          PolicyDocument:', '            Version: "2012-10-17"', '            Statement:',
          '              - Effect: Allow', '                Action: s3:GetObject',
          `                Resource: !Join ["", ["arn:", !Ref AWS::Partition, ":s3:::", !Select [2, !Split ["/", !Ref ${first}]], "/*"]]`,
        ]),
        `  ${id}Job:`, '    Type: AWS::Glue::Job', '    Properties:', '      GlueVersion: "5.0"', `      Role: !GetAtt ${id}Role.Arn`,
        `      Command: { Name: glueetl, PythonVersion: "3", ScriptLocation: !Ref ${first} }`,
      ];
    case 'stateMachine':
      return [
        ...role(id, 'states.amazonaws.com'),
        `  ${id}StateMachine:`, '    Type: AWS::StepFunctions::StateMachine', '    Properties:', `      RoleArn: !GetAtt ${id}Role.Arn`,
        `      DefinitionS3Location: { Bucket: !Ref ${first}, Key: !Ref ${second} }`,
      ];
  }
}

function functionDefaults(id: string): string[] {
  return ['      MemorySize: 256', '      Timeout: 30', `      Role: !GetAtt ${id}Role.Arn`];
}

function role(id: string, service: string, managedPolicy?: string, more: readonly string[] = []): string[] {
  return [
    `  ${id}Role:`, '    Type: AWS::IAM::Role', '    Properties:', '      AssumeRolePolicyDocument:', '        Version: "2012-10-17"', '        Statement:',
    `          - { Effect: Allow, Principal: { Service: ${service} }, Action: sts:AssumeRole }`,
    ...managedPolicy === undefined ? [] : ['      ManagedPolicyArns:', `        - !Sub arn:\${AWS::Partition}:iam::aws:policy/${managedPolicy}`],
    ...more,
  ];
}
