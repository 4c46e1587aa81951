import { CodePipelineClient, GetPipelineStateCommand, StageState } from '@aws-sdk/client-codepipeline';
import { mockClient } from 'aws-sdk-client-mock';
import { Pipeline } from '../../../lambda/shared/pipeline';

function pipelineWith(stageStates: StageState[]): Pipeline {
  const client = new CodePipelineClient({ region: 'eu-west-1' });
  mockClient(client).on(GetPipelineStateCommand, { name: 'shop' }).resolves({ stageStates });
  return new Pipeline(client, 'shop');
}

const inside = (pipelineExecutionId: string, status: 'InProgress' | 'Stopping' | 'Succeeded' | 'Failed'): StageState => ({ stageName: 'test', latestExecution: { pipelineExecutionId, status } });

describe('executions that are under way', () => {
  it.each<[string, StageState[], string[]]>([
    ['in a stage', [inside('a', 'InProgress')], ['a']],
    ['about to stop', [inside('a', 'Stopping')], ['a']],
    ['waiting for a stage', [{ inboundExecutions: [{ pipelineExecutionId: 'a', status: 'InProgress' }, { pipelineExecutionId: 'b', status: 'InProgress' }] }], ['a', 'b']],
    ['waiting, as older answers say it', [{ inboundExecution: { pipelineExecutionId: 'a', status: 'InProgress' } }], ['a']],
    ['not those that left their last stage', [inside('a', 'Succeeded'), inside('b', 'Failed')], []],
    ['once each', [inside('a', 'InProgress'), inside('a', 'InProgress')], ['a']],
  ])('are those %s', async (_name, states, expected) => {
    expect(await pipelineWith(states).underWay()).toEqual(expected);
  });
});

describe('an execution is in a stage', () => {
  it.each<[string, StageState[], boolean]>([
    ['while it is under way there', [inside('a', 'InProgress')], true],
    ['while it stops there', [inside('a', 'Stopping')], true],
    ['not after it left', [inside('a', 'Succeeded')], false],
    ['not where another is', [inside('b', 'InProgress')], false],
    ['not in another stage', [{ ...inside('a', 'InProgress'), stageName: 'prod' }], false],
  ])('%s', async (_name, states, expected) => {
    expect(await pipelineWith(states).isInStage('a', 'test')).toBe(expected);
  });
});
