const { BranchNameExistsException, CodeCommitClient, CreateBranchCommand, DeleteBranchCommand } = require('@aws-sdk/client-codecommit');

const client = new CodeCommitClient({});

/** Moves the branch `live-ENVIRONMENT` to the commit of the event. CodeCommit moves no branch: it is deleted and made. The event may come twice. */
exports.handler = async ({ detail: { environment, commitId } }) => {
  const repositoryName = process.env.REPOSITORY;
  const branchName = `live-${environment}`;
  await client.send(new DeleteBranchCommand({ repositoryName, branchName }));
  try {
    await client.send(new CreateBranchCommand({ repositoryName, branchName, commitId }));
  } catch (error) {
    // The same event, at the same time.
    if (!(error instanceof BranchNameExistsException)) {
      throw error;
    }
  }
};
