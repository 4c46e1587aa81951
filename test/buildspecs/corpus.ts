import { ProjectNeeds } from '../../src/core/buildspec/placement';

/** A kind of buildspec as teams keep them in repositories, and what AWS's reference says becomes of it. */
export interface BuildspecCase {
  readonly name: string;
  readonly text: string;
  /** What commands append to `$NOTES`, line by line. */
  readonly notes: readonly string[];
  readonly succeeded: boolean;
  /** Variables that the project has. */
  readonly project?: Readonly<Record<string, string>>;
  /** What the project has to be deployed with. */
  readonly needs?: ProjectNeeds;
}

export const CORPUS: readonly BuildspecCase[] = [
  {
    name: 'a Node.js library: install, lint, test, build',
    text: 'version: 0.2\nphases:\n  install:\n    runtime-versions:\n      nodejs: 22\n    commands:\n      - echo "npm ci" >> "$NOTES"\n  pre_build:\n    commands:\n      - echo lint >> "$NOTES"\n'
      + '  build:\n    commands:\n      - echo test >> "$NOTES"\n      - echo build >> "$NOTES"\nartifacts:\n  files: ["**/*"]\n  base-directory: dist\ncache:\n  paths: ["node_modules/**/*"]\n',
    needs: { runtimeVersions: { nodejs: '22' } },
    notes: ['npm ci', 'lint', 'test', 'build'],
    succeeded: true,
  },
  {
    name: 'a phase that leaves early by exit 0',
    text: 'version: 0.2\nphases:\n  build:\n    commands:\n      - if true; then echo "nothing to lint" >> "$NOTES"; exit 0; fi\n      - echo tests >> "$NOTES"\n      - "false"\n  post_build:\n    commands:\n      - echo "post $CODEBUILD_BUILD_SUCCEEDING" >> "$NOTES"\n',
    notes: ['nothing to lint', 'tests', 'post 0'],
    succeeded: false,
  },
  {
    name: 'exit 0 hands nothing on',
    text: 'version: 0.2\nphases:\n  build:\n    commands:\n      - mkdir sub && cd sub && KEPT=no && exit 0\n      - echo "$(basename "$PWD") ${KEPT-unset}" | sed "s/^.* /source /" >> "$NOTES"\n',
    notes: ['source unset'],
    succeeded: true,
  },
  {
    name: 'variables and the folder are handed on, from phase to phase',
    text: 'version: 0.2\nenv: { shell: bash }\nphases:\n  install:\n    commands:\n      - TAG=1.2.3\n      - export QUOTED="it\'s \\"a\\" $TAG"\n      - mkdir -p app/src && cd app\n  build:\n    commands:\n      - cd src\n      - echo "$(basename "$PWD") $TAG $QUOTED" >> "$NOTES"\n',
    notes: ['src 1.2.3 it\'s "a" 1.2.3'],
    succeeded: true,
  },
  {
    name: 'functions and aliases end with their command',
    text: 'version: 0.2\nenv: { shell: bash }\nphases:\n  build:\n    commands:\n      - greet() { echo hello; }\n      - greet 2> /dev/null || echo "no function" >> "$NOTES"\n      - |\n        greet() { echo "in one command" >> "$NOTES"; }\n        greet\n',
    notes: ['no function', 'in one command'],
    succeeded: true,
  },
  {
    name: 'options of the shell end with their command',
    text: 'version: 0.2\nphases:\n  pre_build:\n    commands:\n      - set -eu\n  build:\n    commands:\n      - |\n        grep nothing /dev/null\n        echo "after a grep that found nothing" >> "$NOTES"\n      - echo "[$NOT_SET]" >> "$NOTES"\n',
    notes: ['after a grep that found nothing', '[]'],
    succeeded: true,
  },
  {
    name: 'set -e within one command',
    text: 'version: 0.2\nphases:\n  build:\n    commands:\n      - |\n        set -e\n        false\n        echo never >> "$NOTES"\n      - echo never >> "$NOTES"\n',
    notes: [],
    succeeded: false,
  },
  {
    name: 'a project\'s variable comes before the buildspec\'s, an image\'s after it',
    text: 'version: 0.2\nenv:\n  variables:\n    STAGE: buildspec\n    LANG: buildspec\n    ONLY: here\nphases:\n  build:\n    commands:\n      - echo "$STAGE $LANG $ONLY" >> "$NOTES"\n',
    project: { STAGE: 'project' },
    notes: ['project buildspec here'],
    succeeded: true,
  },
  {
    name: 'values stay the text that they are written as',
    text: 'version: 0.2\nenv:\n  variables:\n    PORT: 0080\n    VERSION: 3.10\n    DEBUG: no\n    EMPTY: ""\nphases:\n  build:\n    commands:\n      - echo "$PORT $VERSION $DEBUG [$EMPTY]" >> "$NOTES"\n',
    notes: ['0080 3.10 no []'],
    succeeded: true,
  },
  {
    name: 'a variable that looks like shell',
    text: 'version: 0.2\nenv:\n  variables:\n    V: "$(touch pwned) `touch pwned` \'q\' $HOME"\nphases:\n  build:\n    commands:\n      - printf "%s\\n" "$V" >> "$NOTES"\n      - ls pwned 2> /dev/null || echo safe >> "$NOTES"\n',
    notes: ['$(touch pwned) `touch pwned` \'q\' $HOME', 'safe'],
    succeeded: true,
  },
  {
    name: 'commands may change the buildspec\'s variables',
    text: 'version: 0.2\nenv: { variables: { V: "1" } }\nphases:\n  install: { commands: ["V=2"] }\n  build: { commands: [\'echo "$V" >> "$NOTES"\'] }\n',
    notes: ['2'],
    succeeded: true,
  },
  {
    name: 'finally runs after a failure, and knows of it',
    text: 'version: 0.2\nphases:\n  build:\n    commands:\n      - echo started >> "$NOTES"\n      - exit 3\n      - echo never >> "$NOTES"\n    finally:\n      - echo "clean $CODEBUILD_BUILD_SUCCEEDING" >> "$NOTES"\n  post_build:\n    commands:\n      - echo "report $CODEBUILD_BUILD_SUCCEEDING" >> "$NOTES"\n',
    notes: ['started', 'clean 0', 'report 0'],
    succeeded: false,
  },
  {
    name: 'a failed finally fails its phase',
    text: 'version: 0.2\nphases:\n  install:\n    commands: ["true"]\n    finally: ["false"]\n  build:\n    commands: [\'echo never >> "$NOTES"\']\n',
    notes: [],
    succeeded: false,
  },
  {
    name: 'a failed install ends the build, whatever follows',
    text: 'version: 0.2\nphases:\n  install:\n    commands: ["false"]\n  pre_build:\n    commands: [\'echo never >> "$NOTES"\']\n  build:\n    commands: [\'echo never >> "$NOTES"\']\n  post_build:\n    commands: [\'echo never >> "$NOTES"\']\n',
    notes: [],
    succeeded: false,
  },
  {
    name: 'on-failure: ABORT on build leaves post_build out',
    text: 'version: 0.2\nphases:\n  build:\n    on-failure: ABORT\n    commands: ["false"]\n  post_build:\n    commands: [\'echo never >> "$NOTES"\']\n',
    notes: [],
    succeeded: false,
  },
  {
    name: 'on-failure: CONTINUE goes on, and the build has failed',
    text: 'version: 0.2\nphases:\n  pre_build:\n    on-failure: CONTINUE\n    commands: ["false"]\n  build:\n    commands: [\'echo "build $CODEBUILD_BUILD_SUCCEEDING" >> "$NOTES"\']\n',
    notes: ['build 0'],
    succeeded: false,
  },
  {
    name: 'one command instead of a list, and an empty phase',
    text: 'version: 0.2\nphases:\n  install:\n  pre_build: {}\n  build:\n    commands: echo one >> "$NOTES"\n',
    notes: ['one'],
    succeeded: true,
  },
  {
    name: 'scalars that YAML would make other values of',
    text: 'version: "0.2"\nphases:\n  build:\n    commands:\n      - true\n      - echo 010 >> "$NOTES"\n',
    notes: ['010'],
    succeeded: true,
  },
  {
    name: 'several lines with a loop, a here-document and a comment',
    text: 'version: 0.2\nphases:\n  build:\n    commands:\n      - |\n        # two services\n        for service in api worker; do\n          echo "$service" >> "$NOTES"\n        done\n      - |\n        cat >> "$NOTES" <<END\n        text # not a comment\n        END\n',
    notes: ['api', 'worker', 'text # not a comment'],
    succeeded: true,
  },
  {
    name: 'a folded command and line continuations',
    text: 'version: 0.2\nphases:\n  build:\n    commands:\n      - >-\n        echo one\n        two >> "$NOTES"\n      - |\n        echo three \\\n          four >> "$NOTES"\n',
    notes: ['one two', 'three four'],
    succeeded: true,
  },
  {
    name: 'sh where the file names no shell, bash where it does',
    text: 'version: 0.2\nphases:\n  build:\n    commands:\n      - if [ -n "${BASH_VERSION-}" ] && ! shopt -oq posix; then echo bash >> "$NOTES"; else echo sh >> "$NOTES"; fi\n',
    notes: ['sh'],
    succeeded: true,
  },
  {
    name: 'arrays and other words of bash',
    text: 'version: 0.2\nenv:\n  shell: bash\nphases:\n  build:\n    commands:\n      - list=(a b); [[ ${list[1]} == b ]] && echo bash >> "$NOTES"\n',
    notes: ['bash'],
    succeeded: true,
  },
  {
    name: 'Git credentials, a proxy, reports and exported variables',
    text: 'version: 0.2\nenv:\n  git-credential-helper: yes\n  exported-variables: [TAG]\nproxy:\n  upload-artifacts: yes\n  logs: no\nphases:\n  build:\n    commands:\n      - TAG=1\n      - echo built >> "$NOTES"\nreports:\n  unit:\n    files: ["junit.xml"]\n    base-directory: reports\n',
    needs: {
      gitCredentialHelper: true,
      proxy: { uploadArtifacts: true, logs: false },
      reports: { unit: { files: ['junit.xml'], fileFormat: 'JUNITXML', baseDirectory: 'reports', discardPaths: false } },
    },
    notes: ['built'],
    succeeded: true,
  },
  {
    name: 'anchors, aliases and merges',
    text: 'version: 0.2\nphases:\n  pre_build: &steps\n    commands: [\'echo shared >> "$NOTES"\']\n  build:\n    <<: *steps\n    finally: [\'echo last >> "$NOTES"\']\n  post_build: *steps\n',
    notes: ['shared', 'shared', 'last', 'shared'],
    succeeded: true,
  },
  {
    name: 'JSON',
    text: '{"version": 0.2, "run-as": "root", "phases": {"build": {"commands": ["echo json >> \\"$NOTES\\""]}}}',
    notes: ['json'],
    succeeded: true,
  },
  {
    name: 'a failure in the middle of a pipe, which only pipefail sees',
    text: 'version: 0.2\nenv: { shell: bash }\nphases:\n  build:\n    commands:\n      - false | true\n      - echo unnoticed >> "$NOTES"\n      - set -o pipefail; false | true\n      - echo never >> "$NOTES"\n',
    notes: ['unnoticed'],
    succeeded: false,
  },
  {
    name: 'a command that is not there, and a script that is not one',
    text: 'version: 0.2\nphases:\n  build:\n    commands:\n      - no-such-program\n  post_build:\n    commands:\n      - echo "post" >> "$NOTES"\n      - "if then"\n      - echo never >> "$NOTES"\n',
    notes: ['post'],
    succeeded: false,
  },
  {
    name: 'a job in the background is not waited for',
    text: 'version: 0.2\nphases:\n  build:\n    commands:\n      - (sleep 5; echo late >> "$NOTES") > /dev/null 2>&1 &\n      - echo started >> "$NOTES"\n',
    notes: ['started'],
    succeeded: true,
  },
  {
    name: 'an unset variable stays unset',
    text: 'version: 0.2\nphases:\n  build:\n    commands:\n      - unset STAGE\n      - echo "[${STAGE-unset}]" >> "$NOTES"\n',
    project: { STAGE: 'project' },
    notes: ['[unset]'],
    succeeded: true,
  },
];

/** Buildspecs that a component's build refuses, with the line and part of the message. */
export const REFUSED: readonly { readonly text: string; readonly message: string }[] = [
  { text: 'version: 0.2\nbatch:\n  fast-fail: true\nphases: {}\n', message: 'f.yml:2: batch starts builds of its own' },
  { text: 'version: 0.2\nrun-as: builder\nphases: {}\n', message: 'f.yml:2: run-as is "builder"' },
  { text: 'version: 0.2\nphases:\n  build:\n    run-as: builder\n', message: 'f.yml:4: phases.build.run-as is "builder"' },
  { text: 'version: 0.2\nphases:\n  build:\n    on-failure: RETRY-3-.*timeout.*\n', message: 'f.yml:4: phases.build.on-failure is RETRY' },
  { text: 'version: 0.2\nenv:\n  parameter-store:\n    TOKEN: /ci/token\nphases: {}\n', message: 'f.yml:3: env.parameter-store is {"TOKEN":"/ci/token"}' },
  { text: 'version: 0.2\nenv:\n  secrets-manager:\n    TOKEN: ci:token\nphases: {}\n', message: 'f.yml:3: env.secrets-manager is' },
  { text: 'version: 0.2\nphases:\n  install:\n    runtime-versions:\n      python: 3.10\n', message: 'f.yml:4: phases.install.runtime-versions is {"python":"3.10"}' },
  { text: 'version: 0.2\nreports:\n  unit: { files: [a.xml] }\nphases: {}\n', message: 'f.yml:2: reports is' },
  { text: 'version: [', message: 'f.yml is not YAML' },
  { text: 'text', message: 'f.yml:1: the buildspec has to be a mapping' },
  { text: 'version: 0.1\nphases: {}\n', message: 'f.yml:1: version has to be 0.2, but is "0.1"' },
  { text: 'version: 0.2\n', message: 'f.yml:1: phases has to be a mapping' },
  { text: 'version: 0.2\nphases:\n  test: {}\n', message: 'f.yml:3: phases has \'test\'' },
  { text: 'version: 0.2\nphases:\n  build:\n    steps: []\n', message: 'f.yml:4: phases.build has \'steps\'' },
  { text: 'version: 0.2\nphases:\n  build:\n    runtime-versions: {}\n', message: 'f.yml:4: phases.build has \'runtime-versions\'' },
  { text: 'version: 0.2\nenv:\n  shell: powershell.exe\nphases: {}\n', message: 'f.yml:3: env.shell has to be bash or /bin/sh, but is "powershell.exe"' },
  { text: 'version: 0.2\nenv:\n  variables:\n    a-b: x\nphases: {}\n', message: 'f.yml:4: env.variables has \'a-b\'' },
  { text: 'version: 0.2\nenv:\n  variables:\n    A: [x]\nphases: {}\n', message: 'f.yml:4: env.variables.A has to be a text' },
  { text: 'version: 0.2\nenv:\n  git-credential-helper: maybe\nphases: {}\n', message: 'f.yml:3: env.git-credential-helper has to be yes or no' },
  { text: 'version: 0.2\nphases:\n  build:\n    on-failure: RETRY-101\n', message: 'f.yml:4: phases.build.on-failure has to be' },
  { text: 'version: 0.2\nphases:\n  build:\n    on-failure: abort\n', message: 'f.yml:4: phases.build.on-failure has to be' },
  { text: 'version: 0.2\nphases:\n  build:\n    commands:\n      - echo a: b\n', message: 'f.yml:4: phases.build.commands[0] has to be a text, but is {"echo a":"b"}' },
  { text: 'version: 0.2\nphases: {}\nreports:\n  unit:\n    files: [a]\n    file-format: TAP\n', message: 'f.yml:6: reports.unit.file-format has to be one of' },
  { text: 'version: 0.2\nphases: {}\ncache:\n  paths: []\n', message: 'f.yml:4: cache.paths has to list at least one location' },
];
