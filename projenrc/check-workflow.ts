/** GitHub's workflow for pull requests and for `main`: the script that everyone runs. */
export const checkWorkflow = {
  name: 'check',
  on: { pull_request: {}, push: { branches: ['main'] }, workflow_dispatch: {} },
  permissions: { contents: 'read' },
  concurrency: { 'group': 'check-${{ github.ref }}', 'cancel-in-progress': true },
  jobs: {
    check: {
      'runs-on': 'ubuntu-latest',
      'timeout-minutes': 120,
      'steps': [
        { uses: 'actions/checkout@v5', with: { 'fetch-depth': 0 } },
        { uses: 'actions/setup-node@v5', with: { 'node-version': '24' } },
        { uses: 'actions/setup-python@v6', with: { 'python-version': '3.13' } },
        { uses: 'actions/setup-java@v5', with: { 'distribution': 'corretto', 'java-version': '21' } },
        { uses: 'hashicorp/setup-terraform@v3', with: { terraform_version: '1.11.4', terraform_wrapper: false } },
        { name: 'The whole check', run: '.ci/run' },
        { name: 'Other languages', run: '.ci/languages.sh java go dotnet' },
      ],
    },
  },
};
