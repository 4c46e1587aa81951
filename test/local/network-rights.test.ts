import * as codebuild from 'aws-cdk-lib/aws-codebuild';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { removeFolders, synthesize } from './support';
import { readAssembly } from '../../local/assembly/manifest';
import { resolveDeclared } from '../../local/assembly/resources';
import { checkNetworks, NETWORK_TYPES } from '../../local/engine/code-build/network-rights';
import { BuildStrategy, Component, ModularPipeline } from '../../src';
import { pipelineProps } from '../support/constructs';

afterAll(removeFolders);

const check = (assembly: string) => checkNetworks(resolveDeclared(readAssembly(assembly), NETWORK_TYPES));

test('a project in a VPC whose role has no right to look at it can\'t be made', () => {
  const assembly = synthesize((stack) => {
    const role = new iam.Role(stack, 'Role', { roleName: 'bare', assumedBy: new iam.ServicePrincipal('codebuild.amazonaws.com') });
    const project = new codebuild.Project(stack, 'Project', { projectName: 'inside', role: role.withoutPolicyUpdates(), buildSpec: codebuild.BuildSpec.fromObject({ version: '0.2' }) });
    (project.node.defaultChild as codebuild.CfnProject).vpcConfig = { vpcId: 'vpc-12345678', subnets: ['subnet-12345678'], securityGroupIds: ['sg-12345678'] };
  });
  expect(() => check(assembly)).toThrow('CodeBuild project \'inside\': Not authorized to perform CreateNetworkInterface (InvalidInputException)');
});

test.each([['actions', BuildStrategy.actions()], ['fan-out', BuildStrategy.fanOut()]])('builds in a VPC: %s', (_name, buildStrategy) => {
  const assembly = synthesize((stack) => {
    const vpc = new ec2.Vpc(stack, 'Vpc', { maxAzs: 1 });
    const { components, ...props } = pipelineProps(stack);
    new ModularPipeline(stack, 'Pipeline', { ...props, components: [...components, Component.custom('inside', { path: 'inside', vpc })], buildStrategy });
  });
  expect(() => check(assembly)).not.toThrow();
});
