. "$(dirname "$0")/lib.sh"
p() { f "src/$1/$1.csproj" <<< "<Project Sdk=\"Microsoft.NET.Sdk\"><ItemGroup>${2:-}</ItemGroup></Project>"; f "src/$1/$1.cs" <<< "class $1 {}"; }
p Core; p Api; p Web
f All.slnx <<< '<Solution><Project Path="src/Core/Core.csproj"/><Project Path="src/Api/Api.csproj"/><Project Path="src/Web/Web.csproj"/></Solution>'
c start
p Api '<ProjectReference Include="..\Core\Core.csproj" />'
base; f src/Core/Core.cs <<< 'class Core { int x; }'
judge 'Core and Api changed; unchanged: Web'
