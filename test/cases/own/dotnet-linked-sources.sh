. "$(dirname "$0")/lib.sh"
p() { f "src/$1/$1.csproj" <<< "<Project Sdk=\"Microsoft.NET.Sdk\"><ItemGroup>${2:-}</ItemGroup></Project>"; f "src/$1/$1.cs" <<< "class $1 {}"; }
p Core; p Api '<Compile Include="..\..\shared\**\*.cs" LinkBase="Shared" />'; p Web '<ProjectReference Include="$(RepoRoot)src/Api/Api.csproj" />'
f shared/clock.cs <<< 'class Clock {}'
base; f shared/clock.cs <<< 'class Clock { int x; }'
judge 'Api and Web changed; unchanged: Core'
