import { Construct } from 'constructs';
import { CommonAccess, SharedResources } from '../component-build/common-access';
import { PipelineSourceConfig } from '../source/pipeline-source-config';

/** Lets all builds of a pipeline read what the source asks for: listings of an archive, or the repository itself. */
export function letBuildsRead(pipeline: SharedResources & Construct, { checkout, reader }: PipelineSourceConfig): void {
  if (reader._bind().configuration.kind === 's3') {
    CommonAccess.of(pipeline).readListings(pipeline);
  }
  if (checkout?._clones !== true) {
    return;
  }
  const clone = reader._bind().checkout;
  if (clone === undefined) {
    throw new Error('SourceCheckout.gitClone(): builds clone through a connection, or from CodeCommit in their own account. Let the source be read by one of these, or use SourceCheckout.zip().');
  }
  CommonAccess.of(pipeline).clone(clone);
}
