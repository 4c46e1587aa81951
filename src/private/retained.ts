import { RemovalPolicy } from 'aws-cdk-lib';

/**
 * The removal policy of a resource that holds data and can be deleted while it is empty: what is to be retained is not retained where its creation is rolled
 * back. It would be left behind, and in the way of the next attempt where it has a name.
 *
 * Not for tables: they are protected from deletion, and a rollback that has to delete one fails.
 */
export function retainedOnceCreated(policy: RemovalPolicy): RemovalPolicy {
  return policy === RemovalPolicy.RETAIN ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : policy;
}
