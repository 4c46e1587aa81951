import { BuiltFileAsset, BuiltImageAsset, BuiltStack } from './built';
import { AssemblyError } from './error';
import { AssemblyPlace } from './place';

type Located = Pick<AssemblyPlace, 'account' | 'region' | 'partition'>;

/** A text of an assembly with the place's account, Region and partition. */
export function filledIn(text: string, { account, region, partition }: Located): string {
  return text.replaceAll('${AWS::AccountId}', account).replaceAll('${AWS::Region}', region).replaceAll('${AWS::Partition}', partition);
}

/** CloudFormation's rule for a stack's name. */
const STACK_NAME = /^[A-Za-z][A-Za-z0-9-]{0,127}$/;

/**
 * Refuses a stack that the place may not touch. What a commit's synthesis says about roles, buckets and repositories is not obeyed: it is the place's own,
 * or refused.
 */
export function requirePlace(stack: BuiltStack, place: AssemblyPlace): void {
  const { stackName } = stack;
  const title = `Stack ${stackName} (${stack.path})`;
  if (!STACK_NAME.test(stackName)) {
    throw new AssemblyError(`${title}: CloudFormation takes no such name.`);
  }
  if (place.forbidden.includes(stackName)) {
    throw new AssemblyError(`${title} has the name of a stack that no application may touch: it is the CDK's bootstrap or the pipeline's own. Give the stack another name.`);
  }
  requireEqual(`${title}: its deploy role`, stack.deployRoleArn, place.deployRoleArn, place);
  requireEqual(`${title}: its CloudFormation execution role`, stack.executionRoleArn, place.executionRoleArn, place);
  stack.files.forEach((file) => requireFile(file, title, place));
  stack.images.forEach((image) => requireImage(image, title, place));
}

function requireFile({ title, bucketName, region, roleArn }: BuiltFileAsset, stack: string, place: AssemblyPlace): void {
  requireEqual(`${stack}: ${title}: its bucket`, bucketName, place.fileBucket, place);
  requireEqual(`${stack}: ${title}: its Region`, region, place.region, place);
  requireEqual(`${stack}: ${title}: its publishing role`, roleArn, place.fileRoleArn, place);
}

function requireImage({ title, repositoryName, region, roleArn }: BuiltImageAsset, stack: string, place: AssemblyPlace): void {
  requireEqual(`${stack}: ${title}: its repository`, repositoryName, place.imageRepository, place);
  requireEqual(`${stack}: ${title}: its Region`, region, place.region, place);
  requireEqual(`${stack}: ${title}: its publishing role`, roleArn, place.imageRoleArn, place);
}

function requireEqual(what: string, said: string | undefined, own: string, place: AssemblyPlace): void {
  const found = said === undefined ? own : filledIn(said, place);
  if (found !== own) {
    throw new AssemblyError(`${what} is ${found}, and that of environment '${place.environment}' is ${own}. What an application says about it is not obeyed: `
      + 'let its synthesizer use the environment\'s bootstrap (qualifier), or give the environment the same.');
  }
}
