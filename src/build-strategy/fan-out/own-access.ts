import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { callersTag, ROLE_TAGS } from './names';
import { SharedResources } from '../../component-build/common-access';
import { READ_RECORDS, WRITE_OBJECTS, WRITE_RECORDS } from '../../component-build/permissions';
import { componentPrefix } from '../../contract/objects';
import { writableByBuild } from '../../contract/tables';
import { allowPattern } from '../../private/grants';
import { grantOnTable } from '../../private/tables';

/**
 * What every build may do with its own component's records and artifacts, as one policy for all roles: what is a build's own is said by the tags
 * of its role. A role without the tags has no own.
 */
export function createOwnAccess(scope: Construct, { catalogue, deploymentsTable, artifactBucket }: SharedResources): iam.ManagedPolicy {
  const { solution } = catalogue;
  const policy = new iam.ManagedPolicy(scope, 'OwnAccess', {
    description: `What every build of ${solution} may do with what is its own component's`,
    document: new iam.PolicyDocument({ minimize: true }),
  });
  grantOnTable(policy, {
    actions: [...READ_RECORDS, ...WRITE_RECORDS],
    resourceArns: [deploymentsTable.tableArn],
    leadingKeys: writableByBuild(solution, callersTag(ROLE_TAGS.component)),
  });
  allowPattern(policy, 'A build stores its artifact under its number, which is not known yet.', ['s3:GetObject', ...WRITE_OBJECTS], [
    artifactBucket.arnForObjects(`${componentPrefix(solution, callersTag(ROLE_TAGS.id))}*`),
  ]);
  return policy;
}
