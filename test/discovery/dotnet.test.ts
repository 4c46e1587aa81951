import { affectedBy } from './support/affected';
import { Contents, memoryFiles } from './support/memory-files';
import { discoverCatalogue } from '../../cli/discovery/discover';

const project = (...items: string[]) => `<Project Sdk="Microsoft.NET.Sdk">\n<ItemGroup>${items.join('')}</ItemGroup>\n</Project>`;
const reference = (path: string) => `<ProjectReference Include="${path}" />`;
const BASE: Contents = {
  'src/Core/Core.csproj': project(),
  'src/Core/Core.cs': '',
  'src/Api/Api.csproj': project(reference('..\\Core\\Core.csproj')),
  'src/Api/Api.cs': '',
  'src/Web/Web.csproj': project(),
  'src/Web/Web.cs': '',
  'tests/Api.Tests/Api.Tests.csproj': project(reference('../../src/Api/Api.csproj')),
  'tests/Api.Tests/T.cs': '',
};

describe('references', () => {
  test('as they are mostly written', () => {
    expect(affectedBy(BASE, 'src/Core/Core.cs')).toEqual(['Api', 'Api.Tests', 'Core']);
    expect(affectedBy(BASE, 'src/Api/Api.cs')).toEqual(['Api', 'Api.Tests']);
    expect(affectedBy(BASE, 'tests/Api.Tests/T.cs')).toEqual(['Api.Tests']);
  });

  test.each([
    ['several in one', reference('../Core/Core.csproj;../Other/Other.csproj')],
    ['by a glob', reference('..\\C*\\*.csproj')],
    ['by a folder that MSBuild knows', reference('$(MSBuildThisFileDirectory)..\\Core\\Core.csproj')],
    ['by a property', '</ItemGroup><PropertyGroup><Sources>$(MSBuildProjectDirectory)/..</Sources></PropertyGroup><ItemGroup>' + reference('$(Sources)/Core/Core.csproj')],
    ['by a property from elsewhere', reference('$(RepoRoot)src/Core/Core.csproj')],
    ['by a computed name', reference('..\\$(Layer)\\$(Layer).csproj')],
    ['of a linked file, by a property', '<Compile Include="$(RepoRoot)src\\Core\\Core.cs" />'],
    ['of linked data, by a property and a glob', '<Content Include="$(RepoRoot)src\\Core\\*.json" />'],
    ['in another case', reference('..\\core\\CORE.csproj')],
    ['of a task', '</ItemGroup><Target Name="x"><MSBuild Projects="../Core/Core.csproj" /><Exec Command="dotnet run --project ../Core/Core.csproj" /></Target><ItemGroup>'],
    ['of an analyzer', '<ProjectReference Include="../Core/Core.csproj"><OutputItemType>Analyzer</OutputItemType></ProjectReference>'],
  ])('%s', (_, items) => {
    expect(affectedBy({ ...BASE, 'src/Web/Web.csproj': project(items) }, 'src/Core/Core.cs')).toEqual(['Api', 'Api.Tests', 'Core', 'Web']);
  });

  test('that the folders above give, but not to what is made with them', () => {
    const contents = { ...BASE, 'src/Directory.Build.props': project(reference('$(MSBuildThisFileDirectory)Core/Core.csproj')) };
    expect(affectedBy(contents, 'src/Core/Core.cs')).toEqual(['Api', 'Api.Tests', 'Core', 'Web']);
    expect(affectedBy(contents, 'src/Web/Web.cs')).toEqual(['Web']);
  });

  test('of what is imported', () => {
    const contents = { ...BASE, 'eng/common.props': project(reference('..\\Core\\Core.csproj')), 'src/Web/Web.csproj': '<Project><Import Project="..\\..\\eng\\common.props" /></Project>' };
    expect(affectedBy(contents, 'src/Core/Core.cs')).toEqual(['Api', 'Api.Tests', 'Core', 'Web']);
    expect(affectedBy(contents, 'eng/common.props')).toEqual(['Web']);
  });

  test('of shared projects', () => {
    const contents = {
      ...BASE,
      'src/Shared/Shared.shproj': '<Project><Import Project="Shared.projitems" /></Project>',
      'src/Shared/Shared.projitems': '<Project><ItemGroup><Compile Include="$(MSBuildThisFileDirectory)**\\*.cs" /></ItemGroup></Project>',
      'src/Shared/S.cs': '',
      'src/Web/Web.csproj': '<Project><Import Project="..\\Shared\\Shared.projitems" Label="Shared" /></Project>',
    };
    expect(affectedBy(contents, 'src/Shared/S.cs')).toEqual(['Shared', 'Web']);
  });

  test('of solutions: what is built before', () => {
    const sln = [
      'Project("{FAE04EC0}") = "Core", "src\\Core\\Core.csproj", "{A}"', 'EndProject', 'Project("{FAE04EC0}") = "Web", "src\\Web\\Web.csproj", "{B}"',
      '\tProjectSection(ProjectDependencies) = postProject', '\t\t{a} = {a}', '\tEndProjectSection', 'EndProject', '',
    ].join('\r\n');
    expect(affectedBy({ ...BASE, 'All.sln': sln }, 'src/Core/Core.cs')).toEqual(['Api', 'Api.Tests', 'Core', 'Web']);
    const slnx = '<Solution><Project Path="src/Web/Web.csproj"><BuildDependency Project="src/Core/Core.csproj" /></Project><Project Path="src/Core/Core.csproj" /></Solution>';
    expect(affectedBy({ ...BASE, 'All.slnx': slnx }, 'src/Core/Core.cs')).toEqual(['Api', 'Api.Tests', 'Core', 'Web']);
  });
});

describe('what projects take besides', () => {
  test.each(['Directory.Build.props', 'Directory.Packages.props', 'global.json', 'nuget.config', '.editorconfig'])('%s at the root is for all, there or not', (path) => {
    expect(affectedBy({ ...BASE, [path]: '<Project/>' }, path)).toEqual(['Api', 'Api.Tests', 'Core', 'Web']);
    expect(affectedBy(BASE, path)).toEqual(['Api', 'Api.Tests', 'Core', 'Web']);
  });

  test('in a folder above it is for those below', () => {
    expect(affectedBy({ ...BASE, 'src/Directory.Packages.props': '<Project/>' }, 'src/Directory.Packages.props')).toEqual(['Api', 'Api.Tests', 'Core', 'Web']);
    expect(affectedBy(BASE, 'tests/Directory.Build.targets')).toEqual(['Api.Tests']);
    expect(affectedBy({ ...BASE, 'src/Api/packages.lock.json': '{}' }, 'src/Api/packages.lock.json')).toEqual(['Api', 'Api.Tests']);
  });

  test.each([
    ['imported', '<Import Project="..\\eng\\Versions.props" />', 'eng/Versions.props'],
    ['imported from another project', '<Import Project="Core/Versions.props" />', 'src/Core/Versions.props'],
    ['linked', '<ItemGroup><Compile Include="$(MSBuildThisFileDirectory)..\\shared\\A.cs" /></ItemGroup>', 'shared/A.cs'],
    ['linked from another project', '<ItemGroup><Compile Include="$(MSBuildThisFileDirectory)Core\\A.cs" /></ItemGroup>', 'src/Core/A.cs'],
  ])('what is %s by a file in a folder above is for those below', (_, text, path) => {
    expect(affectedBy({ ...BASE, 'src/Directory.Build.props': `<Project>${text}</Project>`, [path]: '' }, path)).toEqual(['Api', 'Api.Tests', 'Core', 'Web']);
  });

  test.each([['docs\\help.md'], ['docs\\**']])('documents that it embeds: %s', (glob) => {
    const contents = { ...BASE, 'src/Core/Core.csproj': project(`<EmbeddedResource Include="${glob}" />`), 'src/Core/docs/help.md': '' };
    expect(affectedBy(contents, 'src/Core/docs/help.md')).toEqual(['Api', 'Api.Tests', 'Core']);
  });

  test('linked files and folders', () => {
    const contents = { ...BASE, 'shared/a.cs': '', 'protos/x.proto': '', 'src/Web/Web.csproj': project('<Compile Include="..\\..\\shared\\**\\*.cs" />', '<Protobuf Include="../../protos/x.proto" />') };
    expect(affectedBy(contents, 'shared/a.cs')).toEqual(['Web']);
    expect(affectedBy(contents, 'protos/x.proto')).toEqual(['Web']);
  });

  test('projects in its own folder, unless it leaves them out', () => {
    const contents = { ...BASE, 'src/Web/Parts/Parts.csproj': project(), 'src/Web/Parts/P.cs': '' };
    expect(affectedBy(contents, 'src/Web/Parts/P.cs')).toEqual(['Parts', 'Web']);
    for (const items of ['<Compile Remove="Parts/**" />', '<Compile Remove="Old.cs; parts\\**" />', '<Compile Remove="$(MSBuildProjectDirectory)\\Parts\\**" />', '</ItemGroup><PropertyGroup><DefaultItemExcludes>$(DefaultItemExcludes);Parts/**</DefaultItemExcludes></PropertyGroup><ItemGroup>']) {
      expect(affectedBy({ ...contents, 'src/Web/Web.csproj': project(items) }, 'src/Web/Parts/P.cs')).toEqual(['Parts']);
    }
    for (const items of ['<Compile Remove="Old.cs" />', '<EmbeddedResource Remove="Parts/**" />', '<!-- <Compile Remove="Parts/**" /> -->']) {
      expect(affectedBy({ ...contents, 'src/Web/Web.csproj': project(items) }, 'src/Web/Parts/P.cs')).toEqual(['Parts', 'Web']);
    }
  });

  test('a web client in its folder', () => {
    const contents = { ...BASE, 'src/Web/Web.csproj': '<Project><PropertyGroup><SpaRoot>ClientApp\\</SpaRoot></PropertyGroup></Project>', 'src/Web/ClientApp/package.json': { name: 'client' }, 'src/Web/ClientApp/a.js': '' };
    expect(affectedBy(contents, 'src/Web/ClientApp/a.js')).toEqual(['Web', 'client']);
  });

  test('a project that an image or a script builds', () => {
    expect(affectedBy({ ...BASE, 'deploy/package.json': { name: 'deploy', scripts: { build: 'dotnet publish ../src/Core/Core.csproj' } } }, 'src/Core/Core.cs')).toContain('deploy');
  });
});

test('projects of tests\' data are none, unless a solution names them; broken ones are named', () => {
  const contents = { ...BASE, 'tests/Api.Tests/TestData/X.csproj': '<Project', 'tests/fixtures/Y/Y.csproj': project(), 'src/Z/Z.csproj': '<Project' };
  const { catalogue, warnings } = discoverCatalogue(memoryFiles({ ...contents, 'a.slnx': '<Solution><Project Path="tests/fixtures/Y/Y.csproj"/></Solution>' }));
  expect(catalogue.components.map(({ name }) => name)).toEqual(['Api', 'Api.Tests', 'Core', 'Web', 'Y']);
  expect(warnings.map(({ kind, path }) => `${kind} ${path}`)).toEqual(['BrokenManifest src/Z/Z.csproj']);
});

test('functions that a template packages are part of it, with the projects that they refer to', () => {
  const contents = {
    'template.yaml': 'AWSTemplateFormatVersion: "2010-09-09"\nTransform: AWS::Serverless-2016-10-31\nResources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties:\n      CodeUri: ./src/F/\n',
    'src/F/F.csproj': project(reference('..\\Common\\Common.csproj')),
    'src/F/F.cs': '',
    'src/Common/Common.csproj': project(),
    'src/Common/C.cs': '',
    'test/F.Tests/F.Tests.csproj': project(reference('..\\..\\src\\F\\F.csproj')),
  };
  const { catalogue } = discoverCatalogue(memoryFiles(contents));
  const template = catalogue.components.find(({ path }) => path === 'template.yaml')!.name;
  expect(catalogue.components.map(({ name }) => name)).toEqual(expect.arrayContaining(['Common', 'F.Tests']));
  expect(affectedBy(contents, 'src/Common/C.cs')).toEqual(expect.arrayContaining(['Common', 'F.Tests', template]));
  expect(affectedBy(contents, 'src/F/F.cs')).toEqual(expect.arrayContaining(['F.Tests', template]));
});
