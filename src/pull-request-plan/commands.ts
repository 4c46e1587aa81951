/** Variables of the project, which the commands below read. */
export const PLAN_ENV = { program: 'MODULAR_PROGRAM', pipeline: 'MODULAR_PIPELINE', branch: 'MODULAR_BRANCH' } as const;

/** Fetches the command line into a folder outside of the request's. */
export const FETCH = [
  'MODULAR_DIRECTORY="$(mktemp -d)"',
  `aws s3 cp --only-show-errors "$${PLAN_ENV.program}" "$MODULAR_DIRECTORY/program.zip"`,
  'unzip -q "$MODULAR_DIRECTORY/program.zip" -d "$MODULAR_DIRECTORY"',
];

/**
 * Git in the clone, without hooks and attributes from outside of it. Written out in each command: a shell function may not outlast the command that defines it.
 */
const GIT = 'git -C "$CODEBUILD_SRC_DIR" -c core.hooksPath=/dev/null -c core.attributesFile=/dev/null';

/**
 * Says what the request would build once it is merged. The merge is made of Git's objects alone: nothing is checked out, no hook, filter or driver of the
 * request's runs. Where the branch is not in the clone, or Git is too old to merge so, the request's own commit is planned, and that is said.
 */
export const PLAN = [
  'cd "$MODULAR_DIRECTORY" || exit 1',
  'HEAD_COMMIT="$CODEBUILD_RESOLVED_SOURCE_VERSION"',
  `BASE_COMMIT="$(${GIT} rev-parse --verify --quiet "refs/remotes/origin/$${PLAN_ENV.branch}^{commit}" || true)"`,
  [
    'if [ -z "$BASE_COMMIT" ]; then',
    '  echo "The branch is not in the clone: the request\'s own commit is planned, without what the branch has since."',
    'else',
    '  STATUS=0',
    `  TREE="$(${GIT} merge-tree --write-tree "$BASE_COMMIT" "$HEAD_COMMIT")" || STATUS=$?`,
    '  if [ "$STATUS" -eq 1 ]; then',
    '    echo "The request conflicts with the branch: resolve that first."',
    '    exit 1',
    '  elif [ "$STATUS" -ne 0 ]; then',
    '    echo "Git is too old to merge without a work tree: the request\'s own commit is planned, without what the branch has since."',
    '  else',
    '    export GIT_AUTHOR_NAME=plan GIT_AUTHOR_EMAIL=plan@localhost GIT_COMMITTER_NAME=plan GIT_COMMITTER_EMAIL=plan@localhost',
    `    HEAD_COMMIT="$(${GIT} commit-tree "$TREE" -p "$BASE_COMMIT" -p "$HEAD_COMMIT" -m merge)"`,
    '  fi',
    'fi',
  ].join('\n'),
  `node "$MODULAR_DIRECTORY/cdk-modular-pipeline/index.js" plan --pipeline "$${PLAN_ENV.pipeline}" --repo "$CODEBUILD_SRC_DIR" --head "$HEAD_COMMIT"`,
];
