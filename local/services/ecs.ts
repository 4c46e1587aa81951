import { JsonService, ServiceError } from './json-protocol';

/** What ECS's API takes, as far as it is emulated; by its service model. */
interface RegisterTaskDefinitionInput {
  readonly family?: string;
  readonly containerDefinitions?: readonly { readonly image?: string }[];
}

/** ECS: keeps the task definitions that it was given. */
export class Ecs {
  public readonly taskDefinitions: { readonly arn: string; readonly images: readonly string[] }[] = [];

  public readonly service = new JsonService('ecs', {
    RegisterTaskDefinition: ({ family, containerDefinitions = [] }: RegisterTaskDefinitionInput) => {
      if (family === undefined || containerDefinitions.length === 0) {
        throw new ServiceError('ClientException', 'Family and containerDefinitions are needed');
      }
      const revision = this.taskDefinitions.filter(({ arn }) => arn.includes(`/${family}:`)).length + 1;
      const arn = `arn:aws:ecs:eu-west-1:222222222222:task-definition/${family}:${revision}`;
      this.taskDefinitions.push({ arn, images: containerDefinitions.map(({ image = '' }) => image) });
      return { taskDefinition: { taskDefinitionArn: arn, family, revision, status: 'ACTIVE' } };
    },
  });
}
