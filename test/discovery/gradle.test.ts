import { affectedBy } from './support/affected';
import { Contents, memoryFiles } from './support/memory-files';
import { discoverCatalogue } from '../../cli/discovery/discover';

const SOURCES: Contents = Object.fromEntries(['core', 'api', 'web', 'kit'].map((name) => [`${name}/src/main/java/A.java`, '']));
const build = (contents: Contents, settings = 'include(":core", ":api", ":web", ":kit")'): Contents => ({
  'settings.gradle.kts': `rootProject.name = "shop"\n${settings}\n`, ...Object.fromEntries(['core', 'api', 'web', 'kit'].map((name) => [`${name}/build.gradle.kts`, ''])), ...SOURCES, ...contents,
});
const script = (...lines: string[]) => `plugins { java }\ndependencies {\n${lines.map((line) => `    ${line}\n`).join('')}}\n`;

describe('project dependencies', () => {
  test.each([
    ['of Kotlin', 'implementation(project(":core"))'],
    ['of Groovy', 'implementation project(\':core\')'],
    ['with a configuration', 'implementation(project(path = ":core", configuration = "shadow"))'],
    ['of Groovy, with a configuration', 'implementation project(path: \':core\', configuration: \'shadow\')'],
    ['typesafe', 'implementation(projects.core)'],
    ['typesafe, from the root\'s name', 'api(projects.shop.core)'],
    ['of a platform', 'implementation(platform(project(":core")))'],
    ['with a computed name', 'listOf("core").forEach { implementation(project(":$it")) }'],
    ['by a variable', 'implementation(project(coreProject))'],
    ['of all', 'rootProject.subprojects.forEach { implementation(it) }'],
    ['by a map of all', 'implementation(rootProject.childProjects["core"]!!)'],
    ['of a task', 'tasks.named("jar") { dependsOn(":core:generate") }'],
  ])('%s', (_, line) => {
    expect(affectedBy(build({ 'api/build.gradle.kts': script(line) }), 'core/src/main/java/A.java')).toEqual(expect.arrayContaining(['api', 'core']));
  });

  test('others are not concerned, and of a test\'s dependency those that depend on the tested are not', () => {
    const contents = build({ 'api/build.gradle.kts': script('testImplementation(project(":core"))', 'implementation(project(":kit"))'), 'web/build.gradle.kts': script('implementation(project(":api"))'), 'api/src/test/java/T.java': '' });
    expect(affectedBy(contents, 'core/src/main/java/A.java')).toEqual(['api', 'core']);
    expect(affectedBy(contents, 'kit/src/main/java/A.java')).toEqual(['api', 'kit', 'web']);
    expect(affectedBy(contents, 'api/src/test/java/T.java')).toEqual(['api']);
  });

  test('tests that are given to others count as built', () => {
    const contents = build({ 'api/build.gradle.kts': script('testFixturesApi(project(":core"))'), 'web/build.gradle.kts': script('testImplementation(testFixtures(project(":api")))'), 'api/src/testFixtures/java/F.java': '' });
    expect(affectedBy(contents, 'core/src/main/java/A.java')).toEqual(['api', 'core', 'web']);
    expect(affectedBy(contents, 'api/src/testFixtures/java/F.java')).toEqual(['api', 'web']);
  });

  test.each([
    ['by a configuration', 'testImplementation(project(":api", "tests"))', ''],
    ['in an archive', 'implementation(project(":api"))', 'tasks.jar { from(sourceSets["test"].output) }\n'],
  ])('tests that are given to others %s', (_, line, own) => {
    expect(affectedBy(build({ 'web/build.gradle.kts': script(line), 'api/build.gradle.kts': own, 'api/src/test/java/T.java': '' }), 'api/src/test/java/T.java')).toEqual(['api', 'web']);
  });

  test('documents may be packed', () => {
    const contents = build({ 'core/build.gradle.kts': 'tasks.jar { from("docs") }', 'core/docs/a.md': '', 'api/build.gradle.kts': script('implementation(project(":core"))') });
    expect(affectedBy(contents, 'core/docs/a.md')).toEqual(['api', 'core']);
  });

  test('a script of one project that another applies', () => {
    const contents = build({ 'core/common.gradle': 'dependencies { implementation project(":kit") }', 'api/build.gradle': 'apply from: "../core/common.gradle"' });
    expect(affectedBy(contents, 'kit/src/main/java/A.java')).toEqual(expect.arrayContaining(['api', 'core']));
  });

  test('builds that are included, whatever their folders are called', () => {
    const contents = build({ 'tests/logic/settings.gradle': '', 'tests/logic/build.gradle': '', 'tests/logic/A.java': '' }, 'includeBuild("tests/logic")\ninclude(":core", ":api", ":web", ":kit")');
    expect(affectedBy(contents, 'tests/logic/A.java')).toEqual(['api', 'core', 'kit', 'logic', 'web']);
  });

  test('a plugin among the projects', () => {
    expect(affectedBy(build({ 'kit/build.gradle.kts': 'plugins { `java-gradle-plugin` }' }), 'kit/src/main/java/A.java')).toEqual(['kit']);
  });

  test('accessors leave separators out', () => {
    const contents = { 'settings.gradle.kts': 'include(":libs:core-api", ":app")', 'libs/core-api/src/main/java/A.java': '', 'app/build.gradle.kts': script('implementation(projects.libs.coreApi)') };
    expect(affectedBy(contents, 'libs/core-api/src/main/java/A.java')).toEqual(['app', 'core-api']);
  });

  test('a comment is no dependency', () => {
    const contents = build({ 'api/build.gradle.kts': script('// implementation(project(":core"))', 'implementation("https://x//y")') });
    expect(affectedBy(contents, 'core/src/main/java/A.java')).toEqual(['core']);
  });
});

describe('what projects get from elsewhere', () => {
  test('of the root: for those below, but not for what they are made with', () => {
    const contents = build({
      'build.gradle.kts': 'subprojects {\n    dependencies {\n        "implementation"(project(":core"))\n    }\n}\n', 'core/build.gradle.kts': script('implementation(project(":kit"))'),
    });
    expect(affectedBy(contents, 'core/src/main/java/A.java')).toEqual(['api', 'core', 'web']);
    expect(affectedBy(contents, 'kit/src/main/java/A.java')).toEqual(['api', 'core', 'kit', 'web']);
    expect(affectedBy(contents, 'web/src/main/java/A.java')).toEqual(['web']);
  });

  test.each([
    ['filtered', 'configure(subprojects.findAll { it.name != "core" }) {\n    dependencies { implementation project(":core") }\n}\n'],
    ['by a loop', 'for (p in listOf(project(":api"), project(":web"))) {\n    p.dependencies { add("implementation", project(":core")) }\n}\n'],
    ['each', 'subprojects.each { p ->\n    p.dependencies {\n        implementation project(":core")\n    }\n}\n'],
  ])('of the root, %s', (_, text) => {
    expect(affectedBy(build({ 'build.gradle': text }), 'core/src/main/java/A.java')).toEqual(expect.arrayContaining(['api', 'core', 'web']));
  });

  test('of another project\'s script', () => {
    const contents = build({ 'build.gradle': 'project(":web") {\n    dependencies { implementation project(":core") }\n}\n' });
    expect(affectedBy(contents, 'core/src/main/java/A.java')).toEqual(['core', 'web']);
  });

  test('of a script that projects apply', () => {
    const contents = build({ 'gradle/common.gradle': 'dependencies { implementation project(":core") }\n', 'api/build.gradle.kts': 'apply(from = "$rootDir/gradle/common.gradle")' });
    expect(affectedBy(contents, 'core/src/main/java/A.java')).toEqual(expect.arrayContaining(['api', 'core']));
    expect(affectedBy(contents, 'gradle/common.gradle')).toEqual(['api', 'core', 'kit', 'web']);
  });

  test('of the catalog of versions, the wrapper and the root\'s files, there or not', () => {
    for (const path of ['gradle/libs.versions.toml', 'gradle/wrapper/gradle-wrapper.properties', 'build.gradle.kts', 'gradle.properties', 'settings.gradle.kts']) {
      expect(affectedBy(build({ [path]: 'include(":core", ":api", ":web", ":kit")' }), path)).toEqual(['api', 'core', 'kit', 'web']);
    }
  });

  test('of buildSrc, also with what its code adds', () => {
    const contents = build({ 'buildSrc/src/main/kotlin/conventions.gradle.kts': 'dependencies { "implementation"(project(":core")) }\n' });
    expect(affectedBy(contents, 'buildSrc/src/main/kotlin/conventions.gradle.kts')).toEqual(['api', 'buildSrc', 'core', 'kit', 'web']);
    expect(affectedBy(contents, 'core/src/main/java/A.java')).toEqual(['api', 'core', 'kit', 'web']);
  });

  test('of projects above in the tree', () => {
    const contents = { 'settings.gradle': 'include "libs:core", "libs:api", "app"', 'libs/build.gradle': 'subprojects { }', 'libs/core/a.txt': '', 'libs/api/a.txt': '', 'app/a.txt': '' };
    expect(affectedBy(contents, 'libs/build.gradle')).toEqual(['api', 'core', 'libs']);
  });
});

describe('builds', () => {
  test('one includes another: its plugins are for all', () => {
    const contents = build({ 'build-logic/settings.gradle.kts': '', 'build-logic/build.gradle.kts': 'plugins { `kotlin-dsl` }', 'build-logic/src/main/kotlin/P.kt': 'dependencies.add("implementation", project.project(":core"))' },
      'pluginManagement {\n    includeBuild("build-logic")\n}\ninclude(":core", ":api", ":web", ":kit")');
    expect(affectedBy(contents, 'build-logic/src/main/kotlin/P.kt')).toEqual(['api', 'build-logic', 'core', 'kit', 'web']);
    expect(affectedBy(contents, 'core/src/main/java/A.java')).toEqual(expect.arrayContaining(['api', 'core', 'kit', 'web']));
  });

  test('a composite: what one publishes stands for what another requires', () => {
    const contents = {
      'settings.gradle': 'includeBuild "app"\nincludeBuild "lib"\nincludeBuild "other"\n',
      'app/settings.gradle': '',
      'app/build.gradle': 'dependencies { implementation "org.sample:lib:1.0" }',
      'app/src/main/java/A.java': '',
      'lib/settings.gradle': '',
      'lib/build.gradle': '',
      'lib/src/main/java/A.java': '',
      'other/settings.gradle': '',
      'other/build.gradle': '',
      'other/src/main/java/A.java': '',
    };
    expect(affectedBy(contents, 'lib/src/main/java/A.java')).toEqual(['app', 'lib']);
    expect(affectedBy(contents, 'other/src/main/java/A.java')).toEqual(['other']);
  });

  test('folders that settings give, and projects that settings name by computed names', () => {
    const contents = {
      'settings.gradle': 'include ":core", ":app"\nproject(":core").projectDir = new File(settingsDir, "modules/the-core")\nfile("services").eachDir { include ":services:${it.name}" }\n',
      'modules/the-core/a.java': '',
      'app/build.gradle': 'dependencies { implementation project(":core") }',
      'services/pay/build.gradle': 'dependencies { implementation project(":app") }',
    };
    expect(affectedBy(contents, 'modules/the-core/a.java')).toEqual(['app', 'pay', 'the-core']);
  });

  test('below the root, and by themselves', () => {
    const contents = {
      'backend/settings.gradle': 'include "a", "b"',
      'backend/a/a.java': '',
      'backend/b/build.gradle': 'dependencies { implementation project(":a") }',
      'backend/gradle.properties': '',
      'backend/gradle/libs.versions.toml': '',
      'functions/one/build.gradle': '',
      'functions/one/a.java': '',
    };
    expect(affectedBy(contents, 'backend/a/a.java')).toEqual(['a', 'b']);
    expect(affectedBy(contents, 'backend/gradle.properties')).toEqual(['a', 'b']);
    expect(affectedBy(contents, 'backend/gradle/libs.versions.toml')).toEqual(['a', 'b']);
    expect(affectedBy(contents, 'functions/one/a.java')).toEqual(['one']);
  });

  test('one project by itself at the root is no set of components, and is named', () => {
    const { catalogue, warnings } = discoverCatalogue(memoryFiles({ 'settings.gradle': '', 'build.gradle': '', 'src/main/java/A.java': '' }));
    expect(catalogue.components).toEqual([]);
    expect(warnings.map(({ kind, path }) => `${kind} ${path}`)).toEqual(['UnreadManifest build.gradle']);
  });
});
