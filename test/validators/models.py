"""Judges requests, and what templates declare, by the services' own models, which botocore has.

Usage: models.py requests FILE FOLDER...  each line of FILE is a request {service, operation, input}: every operation that the sources make has to be there
       models.py templates FILE...        pipelines, projects and functions of CloudFormation templates, as their services' API takes them
"""
import json
import pathlib
import re
import sys

import botocore.session
from botocore.validate import ParamValidator

SESSION = botocore.session.get_session()
MODELS = {}
UNICODE = {r'\p{L}': r'\w', r'\p{N}': r'\d', r'\p{M}': '', r'\p{S}': r'\W', r'\p{P}': r'\W', r'\p{Z}': r'\s'}


def model(service):
    if service not in MODELS:
        MODELS[service] = SESSION.get_service_model(service)
    return MODELS[service]


# AWS hands these out, and tests make them up: their form is not the project's.
HANDED_OUT = {'jobId', 'pipelineExecutionId', 'token', 'uploadId'}


def check(shape, value, path, problems):
    """What ParamValidator checks, and what it leaves to the service: enums, patterns and upper limits."""
    kind, facts = shape.type_name, shape.metadata
    if kind == 'structure':
        if not isinstance(value, dict):
            problems.append(f'{path}: {value!r} is no structure')
            return
        problems.extend(f'{path} lacks {name}' for name in shape.required_members if value.get(name) is None)
        for name, child in value.items():
            if name not in shape.members:
                problems.append(f'{path} has the unknown member {name}')
            elif child is not None and not (name in HANDED_OUT and isinstance(child, str)):
                check(shape.members[name], child, f'{path}.{name}', problems)
    elif kind == 'list':
        within(len(value), facts, f'{path}: number of elements', problems)
        for index, child in enumerate(value):
            check(shape.member, child, f'{path}[{index}]', problems)
    elif kind == 'map':
        within(len(value), facts, f'{path}: number of entries', problems)
        for key, child in value.items():
            check(shape.key, key, f'{path}: key', problems)
            check(shape.value, child, f'{path}[{key}]', problems)
    elif kind == 'string':
        if not isinstance(value, str):
            problems.append(f'{path}: {value!r} is no string')
            return
        within(len(value), facts, f'{path}: length', problems)
        if shape.enum and value not in shape.enum:
            problems.append(f'{path}: {value!r} is none of {", ".join(shape.enum)}')
        pattern = facts.get('pattern')
        if pattern and not matches(pattern, value):
            problems.append(f'{path}: {value[:120]!r} does not match {pattern}')
    elif kind in ('integer', 'long', 'float', 'double'):
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            problems.append(f'{path}: {value!r} is no number')
        else:
            within(value, facts, path, problems)
    elif kind == 'boolean' and not isinstance(value, bool):
        problems.append(f'{path}: {value!r} is no boolean')


def within(number, facts, what, problems):
    if number < facts.get('min', number) or number > facts.get('max', number):
        problems.append(f'{what} {number} is not within {facts.get("min", "")}..{facts.get("max", "")}')


def matches(pattern, value):
    for name, meaning in UNICODE.items():
        pattern = pattern.replace(name, meaning)
    try:
        return re.search(f'^(?:{pattern})$', value, re.S) is not None
    except re.error:
        return True  # One that only another engine reads.


# Services whose client of the AWS SDK for JavaScript has another name than botocore's.
OTHERWISE_NAMED = {'cloudwatchlogs': 'logs', 'eventbridge': 'events', 'sfn': 'stepfunctions'}


def request_problems(service, operation, given):
    names = {name.replace('-', ''): name for name in SESSION.get_available_services()} | OTHERWISE_NAMED
    found = names.get(service.lower())
    if found is None:
        return [f'there is no service {service}']
    if operation not in model(found).operation_names:
        return [f'there is no operation {operation}']
    shape = model(found).operation_model(operation).input_shape
    problems = []
    if shape:
        check(shape, given, operation, problems)
        if not problems and (report := ParamValidator().validate(given, shape).generate_report()):
            problems.append(report)
    return problems


IMPORT = re.compile(r"import \{([^}]*)\} from '@aws-sdk/(client-([\w-]+)|lib-dynamodb)'")
OF_DOCUMENT_CLIENT = {'Get': 'GetItem', 'Put': 'PutItem', 'Update': 'UpdateItem', 'Delete': 'DeleteItem', 'BatchGet': 'BatchGetItem', 'BatchWrite': 'BatchWriteItem'}


def operations(folders):
    """What the sources import of the SDK: commands, and what asks for all pages."""
    found = set()
    for source in (file for folder in folders for file in pathlib.Path(folder).rglob('*.ts')):
        for names, _, service in IMPORT.findall(source.read_text(encoding='utf8')):
            for name in re.findall(r'(?<![\w.])(\w+)Command\b|\bpaginate(\w+)', names):
                operation = name[0] or name[1]
                found.add((service.replace('-', ''), operation) if service else ('dynamodb', OF_DOCUMENT_CLIENT.get(operation, operation)))
    return found


def requests(file, *folders):
    seen, failed = {}, set()
    with open(file, encoding='utf8') as lines:
        for line in lines:
            request = json.loads(line)
            key = (request['service'], request['operation'])
            seen[key] = seen.get(key, 0) + 1
            for problem in request_problems(*key, request['input']):
                failed.add(f'{request["service"]}:{problem}')
    for (service, operation), count in sorted(seen.items()):
        print(f'{count:6} {service}:{operation}')
    wanted, made = operations(folders), {(service.lower(), operation) for service, operation in seen}
    if len(wanted) < 30:
        failed.add(f'too few operations are in the sources to be all: {sorted(wanted)}')
    failed.update(f'{service}:{operation} is in the sources, and no test made it' for service, operation in wanted - made)
    return failed, f'{sum(seen.values())} requests of {len(seen)} operations'


def camel(value, keep=False):
    if isinstance(value, dict):
        return {key if keep else key[0].lower() + key[1:]: camel(child, keep or key == 'Configuration') for key, child in value.items()}
    return [camel(child, keep) for child in value] if isinstance(value, list) else value


ARNS = {
    'AWS::IAM::Role': 'arn:aws:iam::111111111111:role/{}', 'AWS::Lambda::Function': 'arn:aws:lambda:eu-west-1:111111111111:function:{}',
    'AWS::StepFunctions::StateMachine': 'arn:aws:states:eu-west-1:111111111111:stateMachine:{}',
    'AWS::CodeBuild::ReportGroup': 'arn:aws:codebuild:eu-west-1:111111111111:report-group/{}', 'AWS::S3::Bucket': 'arn:aws:s3:::{}',
    'AWS::KMS::Key': 'arn:aws:kms:eu-west-1:111111111111:key/11111111-1111-1111-1111-111111111111', 'AWS::SQS::Queue': 'arn:aws:sqs:eu-west-1:111111111111:{}',
    'AWS::DynamoDB::GlobalTable': 'arn:aws:dynamodb:eu-west-1:111111111111:table/{}', 'AWS::SNS::Topic': 'arn:aws:sns:eu-west-1:111111111111:{}',
    'AWS::Logs::LogGroup': 'arn:aws:logs:eu-west-1:111111111111:log-group:{}:*', 'AWS::ECR::Repository': 'arn:aws:ecr:eu-west-1:111111111111:repository/{}',
}
PSEUDO = {'AWS::Partition': 'aws', 'AWS::Region': 'eu-west-1', 'AWS::AccountId': '111111111111', 'AWS::URLSuffix': 'amazonaws.com'}


def resolved(value, template):
    """With names in the place of what is known at deployment only."""
    if isinstance(value, list):
        return [resolved(child, template) for child in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        (name, argument), = value.items()
        if name == 'Ref':
            kind = template['Resources'].get(argument, {}).get('Type')
            if kind is None and re.fullmatch(r'referenceto\w+Repository[0-9A-F]{8}Arn', argument):
                # What a nested stack gets of the stack around it.
                return ARNS['AWS::ECR::Repository'].format(argument.lower())
            return ARNS[kind].format(argument) if kind in ('AWS::SNS::Topic', 'AWS::StepFunctions::StateMachine') else PSEUDO.get(argument, argument.lower())
        if name == 'Fn::GetAtt':
            kind = template['Resources'][argument[0]]['Type']
            return ARNS.get(kind, '{}').format(argument[0]) if argument[1] == 'Arn' else argument[0].lower()
        if name == 'Fn::Join':
            return argument[0].join(str(resolved(part, template)) for part in argument[1])
        if name == 'Fn::Select':
            return resolved(argument[1], template)[int(argument[0])]
        if name == 'Fn::Split':
            return resolved(argument[1], template).split(argument[0])
    return {key: resolved(child, template) for key, child in value.items()}


def pipeline(properties):
    given = camel({name: value for name, value in properties.items() if name not in ('Tags', 'RestartExecutionOnUpdate')})
    if 'artifactStores' in given:
        given['artifactStores'] = {store['region']: store['artifactStore'] for store in given['artifactStores']}
    return [('codepipeline', 'CreatePipeline', {'pipeline': {'name': 'pipeline', **given}})]


def project(properties):
    given = {'name': 'project', **camel(properties)}
    if 'buildSpec' in given['source']:
        given['source']['buildspec'] = given['source'].pop('buildSpec')
    # CloudFormation asks for these by operations of their own.
    triggers, visibility = given.pop('triggers', None), given.pop('visibility', None)
    requests = [('codebuild', 'CreateProject', given)]
    if triggers is not None and triggers.pop('webhook', False):
        requests.append(('codebuild', 'CreateWebhook', {'projectName': 'project', **triggers}))
    if visibility is not None:
        arn = 'arn:aws:codebuild:eu-west-1:111111111111:project/project'
        requests.append(('codebuild', 'UpdateProjectVisibility', {'projectArn': arn, 'projectVisibility': visibility}))
    return requests


def function(properties):
    return [('lambda', 'CreateFunction', {'FunctionName': 'function', **{name: value for name, value in properties.items() if name != 'Tags'}})]


DECLARED = {'AWS::CodePipeline::Pipeline': pipeline, 'AWS::CodeBuild::Project': project, 'AWS::Lambda::Function': function}


def templates(files):
    failed, counts, pipelines = set(), {}, []
    for file in files:
        with open(file, encoding='utf8') as text:
            template = json.load(text)
        for logical_id, resource in template['Resources'].items():
            if resource['Type'] in DECLARED:
                declared = DECLARED[resource['Type']](resolved(resource['Properties'], template))
                counts[resource['Type']] = counts.get(resource['Type'], 0) + 1
                failed.update(f'{file} {logical_id}: {problem}' for request in declared for problem in request_problems(*request))
                if resource['Type'] == 'AWS::CodePipeline::Pipeline':
                    pipelines.append((file, declared[0][2]))
    if any(counts.get(kind, 0) == 0 for kind in DECLARED):
        failed.add(f'too little is declared to be all: {counts}')
    failed.update(refused_by_moto(pipelines))
    return failed, ', '.join(f'{count} {kind}' for kind, count in sorted(counts.items()))


def refused_by_moto(pipelines):
    """moto checks what the model cannot say: stages, their actions and roles."""
    import boto3
    from moto import mock_aws
    problems = []
    with mock_aws(config={'core': {'mock_credentials': True}}):
        iam = boto3.client('iam', region_name='eu-west-1')
        client = boto3.client('codepipeline', region_name='eu-west-1')
        for index, (file, request) in enumerate(pipelines):
            trust = {'Version': '2012-10-17', 'Statement': [{'Effect': 'Allow', 'Principal': {'Service': 'codepipeline.amazonaws.com'}, 'Action': 'sts:AssumeRole'}]}
            role = iam.create_role(RoleName=f'pipeline-{index}', AssumeRolePolicyDocument=json.dumps(trust))['Role']['Arn']
            try:
                client.create_pipeline(pipeline={**request['pipeline'], 'name': f'pipeline-{index}', 'roleArn': role})
            except Exception as error:  # Whatever it says is a problem.
                problems.append(f'{file}: moto refuses the pipeline: {error}')
    return problems


def main():
    mode, *arguments = sys.argv[1:]
    failed, summary = requests(*arguments) if mode == 'requests' else templates(arguments)
    for problem in sorted(failed):
        print(problem, file=sys.stderr)
    print(f'{summary}: {len(failed)} deviations from the models of botocore {botocore.__version__}')
    return 1 if failed else 0


sys.exit(main())
