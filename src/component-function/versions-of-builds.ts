import { IAspect, Token } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { IConstruct } from 'constructs';
import { BoundCode } from './bound-code';

/** Lambda's limit of a description, and what the build's number takes of it at most. */
const MAX_DESCRIPTION = 256;
const MAX_BUILD = ' (build 1234567890)'.length;

/**
 * Lets the versions of a function follow the builds of its code. The CDK makes a new version where the template's text changes; a parameter's value
 * changes none of it, but the version's description.
 */
export class VersionsOfBuilds implements IAspect {
  constructor(private readonly bound: BoundCode) {}

  public visit(node: IConstruct): void {
    if (!(node instanceof lambda.CfnVersion) || node.description === this.bound.build) {
      return;
    }
    node.description = node.description === undefined ? this.bound.build : `${node.description} ${this.bound.build}`;
    const target = node.node.scopes.reverse().find((scope): scope is lambda.Function => scope instanceof lambda.Function);
    const resource = target?.node.defaultChild;
    if (this.bound.sharesContent && resource instanceof lambda.CfnFunction && !isDescribed(resource.description, this.bound.build)) {
      resource.description = describedBuild(resource.node.path, resource.description, this.bound.build);
    }
  }
}

/** The description of a function that is another to Lambda with each build. */
export function describedBuild(path: string, description: string | undefined, build: string): string {
  if (description === undefined || description === '') {
    return `build ${build}`;
  }
  if (!Token.isUnresolved(description) && description.length > MAX_DESCRIPTION - MAX_BUILD) {
    throw new Error(`${path}: description has ${description.length} characters: at most ${MAX_DESCRIPTION - MAX_BUILD} leave room for the build's number, which follows it.`);
  }
  return `${description} (build ${build})`;
}

function isDescribed(description: string | undefined, build: string): boolean {
  return description?.includes(`build ${build}`) ?? false;
}
