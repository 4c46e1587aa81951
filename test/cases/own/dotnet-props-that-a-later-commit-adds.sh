. "$(dirname "$0")/lib.sh"
p() { f "$1/$1.csproj" <<< "<Project Sdk=\"Microsoft.NET.Sdk\"><ItemGroup>${2:-}</ItemGroup></Project>"; f "$1/$1.cs" <<< "class $1 {}"; }
p Core; p Api; p Tool
c start
f Directory.Build.props <<< '<Project><ItemGroup><ProjectReference Include="$(MSBuildThisFileDirectory)Core/Core.csproj" /></ItemGroup></Project>'
base; f Core/Core.cs <<< 'class Core { int x; }'
judge 'Core, Api and Tool changed'
