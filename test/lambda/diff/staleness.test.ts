import { discoverCatalogue } from '../../../cli/discovery/discover';
import { Catalogue, CatalogueComponent } from '../../../src/core/catalogue';
import { memoryFiles } from '../../discovery/support/memory-files';
import { DynamoDb, startDynamoDb } from '../../support/dynamodb';
import { fileComponent, templateComponent, World } from '../../support/world';

type Files = { readonly [path: string]: string | undefined };

const json = (value: object) => JSON.stringify(value);
const manifest = (name: string, more: object = {}) => json({ name, version: '1.0.0', ...more });
const NPM: Files = {
  'package.json': json({ name: 'root', private: true, workspaces: ['apps/*', 'libs/*'], devDependencies: { tsc: '1' } }),
  'apps/web/package.json': manifest('web'),
  'apps/web/index.js': 'export {}',
  'apps/api/package.json': manifest('api', { dependencies: { lib: '*' } }),
  'apps/api/index.js': 'import "lib"',
  'libs/lib/package.json': manifest('lib'),
  'libs/lib/index.js': '1',
  'libs/lib/test/fixture.json': '1',
  'libs/kit/package.json': manifest('kit'),
  'libs/kit/index.js': '1',
  'docs/guide.txt': '1',
};

/** A repository whose pipeline was synthesized once, at its first commit. */
class Lagging {
  public static async deploy(db: DynamoDb, files: Files): Promise<Lagging> {
    const world = await World.create(db, ['api', 'kit', 'lib', 'web'].map((name) => fileComponent(name)));
    const commit = world.push(files);
    const found = discoverCatalogue({ ...memoryFiles(files as Record<string, string>), origin: { commit, dirty: [] } }, { paths: ['template'] }).catalogue;
    world.catalogue = { ...found, solution: world.catalogue.solution, components: [...found.components.map(built), templateComponent()] };
    const lagging = new Lagging(world);
    await lagging.run();
    return lagging;
  }

  public constructor(public readonly world: World) {}

  /** Deploys a commit: the components that were planned. */
  public async commit(files: Files): Promise<string[]> {
    this.world.push(files);
    return this.run();
  }

  private async run(): Promise<string[]> {
    const execution = await this.world.diff();
    if (execution === undefined) {
      return [];
    }
    await this.world.run(execution);
    return Object.keys(await this.world.reasons(execution.commitId)).filter((name) => name !== 'template').sort();
  }
}

function built(component: CatalogueComponent): CatalogueComponent {
  return { ...component, build: fileComponent(component.name.replace(/\W/g, '')).build };
}

let db: DynamoDb;
beforeAll(async () => { db = await startDynamoDb(); });
afterAll(async () => db.stop());

/** A commit that makes a fact, and one that changes what is behind it: the components that the second must build. */
const EDGES: [string, Files, Files, string[]][] = [
  ['a dependency that a manifest names', { 'apps/web/package.json': manifest('web', { dependencies: { lib: '*' } }), 'apps/web/index.js': 'import "lib"' }, { 'libs/lib/index.js': '2' }, ['api', 'lib', 'web']],
  ['a file of another component', { 'apps/web/index.js': 'import "../../libs/kit/index.js"' }, { 'libs/kit/index.js': '2' }, ['kit', 'web']],
  ['a new source that refers to one', { 'apps/web/new.js': 'open("../../libs/kit/index.js")' }, { 'libs/kit/index.js': '2' }, ['kit', 'web']],
  ['a name without a manifest', { 'apps/web/index.js': 'import "kit"' }, { 'libs/kit/index.js': '2' }, ['kit', 'web']],
  ['a fixture of a dependency', { 'apps/api/index.js': 'import "lib"; import "lib/test/fixture.json"' }, { 'libs/lib/test/fixture.json': '2' }, ['api', 'lib']],
  ['a folder that nothing read', { 'apps/web/index.js': 'open(root + "/docs/" + name)' }, { 'docs/guide.txt': '2' }, ['web']],
  ['a file in a folder that nothing read', {}, { 'docs/new.txt': '2' }, ['api', 'kit', 'lib', 'web']],
  ['a folder of nobody', { 'shared/x.js': '1', 'apps/web/index.js': 'import "../../shared/x.js"' }, { 'shared/x.js': '2' }, ['web']],
  ['a package that is new', { 'libs/new/package.json': manifest('new', { dependencies: { kit: '*' } }), 'apps/web/package.json': manifest('web', { dependencies: { new: '*' } }) }, { 'libs/kit/index.js': '2' }, ['kit', 'web']],
  ['a script of the root', { 'package.json': json({ name: 'root', private: true, workspaces: ['apps/*', 'libs/*'], scripts: { build: 'kit && node libs/kit/index.js' } }) }, { 'libs/kit/index.js': '2' }, ['api', 'kit', 'lib', 'web']],
  ['a file at the root that refers to a component', { 'build.sh': 'cp ./libs/kit/index.js apps/*' }, { 'libs/kit/index.js': '2' }, ['api', 'kit', 'lib', 'web']],
  ['a folder in place of a package', { 'apps/web/package.json': manifest('web', { dependencies: { pad: 'file:../../libs/kit' } }) }, { 'libs/kit/index.js': '2' }, ['kit', 'web']],
  ['an alias of a package', { 'apps/web/package.json': manifest('web', { dependencies: { pad: 'npm:kit@*' } }) }, { 'libs/kit/index.js': '2' }, ['kit', 'web']],
  ['names that map to paths', { 'apps/web/tsconfig.json': json({ compilerOptions: { paths: { k: ['../../libs/kit/index.js'] } } }), 'apps/web/index.js': 'import "k"' }, { 'libs/kit/index.js': '2' }, ['kit', 'web']],
  ['an image that copies a component', { 'apps/web/Dockerfile': 'FROM x\nCOPY libs/kit /kit' }, { 'libs/kit/index.js': '2' }, ['kit', 'web']],
  ['the repository as a whole', { 'apps/web/index.js': 'walk(path.join(__dirname, "../.."))' }, { 'libs/kit/index.js': '2' }, ['kit', 'web']],
  ['the members of the workspace', { 'package.json': json({ name: 'root', private: true, workspaces: ['apps/*', 'libs/*', 'more/*'] }) }, { 'libs/kit/index.js': '2' }, ['api', 'kit', 'lib', 'web']],
];

describe('a pipeline that was synthesized before a dependency came', () => {
  test.each(EDGES)('%s', async (_title, edge, behind, expected) => {
    const repository = await Lagging.deploy(db, NPM);
    await repository.commit(edge);
    expect(await repository.commit(behind)).toEqual(expect.arrayContaining(expected));
  });

  test.each(EDGES)('%s, with a package at the root', async (_title, edge, behind, expected) => {
    const root = { 'go.mod': 'module root', 'go.work': 'go 1.21\nuse .\nuse ./go', 'go/go.mod': 'module x/go', 'main.go': 'package main' };
    const repository = await Lagging.deploy(db, { ...NPM, ...root });
    await repository.commit(edge);
    expect(await repository.commit(behind)).toEqual(expect.arrayContaining(expected));
  });

  test('what it builds is what a clean build would be: no earlier build stands in for it', async () => {
    const repository = await Lagging.deploy(db, NPM);
    await repository.commit({ 'apps/web/index.js': 'import "kit"' });
    const before = repository.world.built.size;
    await repository.commit({ 'libs/kit/index.js': '2' });
    expect([...repository.world.built.values()].slice(before).flat()).toEqual(expect.arrayContaining(['kit', 'web']));
  });
});

describe('a pipeline that was synthesized before changes that make no fact', () => {
  test.each<[string, Files]>([
    ['other versions', { 'apps/web/package.json': manifest('web', { version: '2.0.0', dependencies: { 'left-pad': '^2' } }) }],
    ['other code', { 'apps/web/index.js': 'export const x = 2', 'apps/web/more.js': 'import "./index.js"' }],
    ['a reference that is known', { 'apps/api/more.js': 'import { x } from "lib/index.js"' }],
  ])('%s: what depends on nothing is left alone', async (_title, files) => {
    const repository = await Lagging.deploy(db, NPM);
    await repository.commit(files);
    expect(await repository.commit({ 'libs/kit/index.js': '2' })).toEqual(['kit']);
    expect(await repository.commit({ 'docs/guide.txt': '2' })).toEqual([]);
  });

  test('asks for no more than what changed since', async () => {
    const repository = await Lagging.deploy(db, NPM);
    await repository.commit({ 'apps/web/index.js': '2' });
    const { repository: source } = repository.world;
    const before = source.commands().length;
    await repository.commit({ 'libs/kit/index.js': '2' });
    const commands = source.commands().slice(before);
    // Of the two files on both sides, and the comparison with the catalogue's commit as well as with the baseline.
    expect(commands.filter((command) => command === 'GetFileCommand').length).toBeLessThanOrEqual(8);
    expect(new Set(source.filesRead().map((file) => file.slice(file.indexOf(':') + 1)))).toEqual(new Set(['apps/web/index.js', 'libs/kit/index.js']));
  });
});

describe('where it is not known what changed since a catalogue was found', () => {
  test.each<[string, Partial<Catalogue>, RegExp]>([
    ['its commit is gone', { foundAt: '1'.repeat(40) }, /is not in the repository any more/],
    ['it was found in a work tree that was no commit\'s', { foundAt: 'dirty' }, /work tree that was no commit/],
  ])('%s: every change affects all', async (_title, more, detail) => {
    const repository = await Lagging.deploy(db, NPM);
    repository.world.catalogue = { ...repository.world.catalogue, ...more };
    const planned = await repository.commit({ 'libs/kit/index.js': '2' });
    expect(planned).toEqual(['api', 'kit', 'lib', 'web']);
    const stale = repository.world.releaseOf(repository.world.pipeline.last()).commitId;
    expect((await repository.world.plans().diff(stale, 'web'))!.Reasons).toEqual(expect.arrayContaining([expect.objectContaining({ kind: 'CatalogueStale', detail: expect.stringMatching(detail) as unknown })]));
  });
});

/** A pipeline that was found at the first commit, a baseline that changed a fact since, and a head that takes it back. */
describe('a fact that the baseline had and no catalogue says', () => {
  const taken = json({ name: 'root', private: true, workspaces: ['apps/*', 'libs/*'], scripts: { build: 'kit && node libs/kit/index.js' } });

  async function lagging(): Promise<Lagging> {
    const repository = await Lagging.deploy(db, NPM);
    expect(await repository.commit({ 'apps/web/package.json': manifest('web', { exports: './api.js' }) })).toEqual(expect.arrayContaining(['web']));
    return repository;
  }

  /** Deploys the pipeline: its catalogue is found at the branch's head. */
  function found(repository: Lagging): void {
    const { world } = repository;
    world.catalogue = { ...world.catalogue, foundAt: world.repository.branches.get('main')! };
  }

  const stale = async ({ world }: Lagging, component: string) => (await world.reasons(world.repository.branches.get('main')!))[component]?.includes('CatalogueStale');

  test('is not known with the catalogue of before', async () => {
    const repository = await lagging();
    await repository.commit({ 'apps/web/package.json': NPM['apps/web/package.json'] });
    expect(await stale(repository, 'web')).toBe(true);
  });

  test('is not known where the head says the same as the catalogue in other words', async () => {
    const repository = await lagging();
    await repository.commit({ 'apps/web/package.json': manifest('web', { version: '3.0.0' }) });
    expect(await stale(repository, 'web')).toBe(true);
  });

  test('is not known with a catalogue that was found at the head', async () => {
    const repository = await lagging();
    repository.world.push({ 'apps/web/package.json': NPM['apps/web/package.json'] });
    found(repository);
    await repository.commit({});
    expect(await stale(repository, 'web')).toBe(true);
  });

  test('is not known at the root, where it is everybody\'s', async () => {
    const repository = await Lagging.deploy(db, NPM);
    await repository.commit({ 'package.json': taken });
    repository.world.push({ 'package.json': NPM['package.json'] });
    found(repository);
    expect(await repository.commit({})).toEqual(['api', 'kit', 'lib', 'web']);
  });

  test('is known again once the baseline\'s catalogue was found at its own commit', async () => {
    const repository = await lagging();
    found(repository);
    await repository.commit({ 'libs/kit/index.js': '2' });
    repository.world.push({ 'apps/web/package.json': NPM['apps/web/package.json'] });
    found(repository);
    await repository.commit({});
    expect(await stale(repository, 'web')).toBe(false);
    expect(await repository.commit({ 'libs/kit/index.js': '4' })).toEqual(['kit']);
  });
});

describe('facts that no definition holds', () => {
  test('are planned at the first plan with another catalogue, and once', async () => {
    const repository = await Lagging.deploy(db, NPM);
    const { world } = repository;
    world.catalogue = { ...world.catalogue, globalPaths: [...world.catalogue.globalPaths ?? [], 'new.lock'] };
    const execution = (await world.diff({ action: 'reconcile' }))!;
    expect(new Set(Object.values(await world.reasons(execution.commitId)).flat())).toEqual(new Set(['DefinitionChanged', 'Dependency']));
    await world.run(execution);
    expect(await repository.commit({ 'libs/kit/index.js': '2' })).toEqual(['kit']);
  });

  test('what nothing read and is gone concerns nobody', async () => {
    const repository = await Lagging.deploy(db, NPM);
    const { world } = repository;
    expect(await repository.commit({ 'docs/guide.txt': undefined })).toEqual([]);
    world.catalogue = { ...world.catalogue, unread: undefined };
    expect(await world.diff({ action: 'reconcile' })).toBeUndefined();
  });
});
