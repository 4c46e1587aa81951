. "$(dirname "$0")/lib.sh"
f pom.xml <<< '<project><modelVersion>4.0.0</modelVersion><groupId>o</groupId><artifactId>root</artifactId><version>${revision}</version><packaging>pom</packaging><properties><revision>1</revision><lib.name>lib</lib.name></properties><modules><module>lib</module><module>a</module><module>b</module><module>web</module></modules></project>'
parent='<parent><groupId>o</groupId><artifactId>root</artifactId><version>${revision}</version></parent>'
f lib/pom.xml <<< "<project><modelVersion>4.0.0</modelVersion>$parent<artifactId>lib</artifactId></project>"
f a/pom.xml <<< "<project><modelVersion>4.0.0</modelVersion>$parent<artifactId>a</artifactId><dependencies><dependency><groupId>\${project.groupId}</groupId><artifactId>\${lib.name}</artifactId><version>\${revision}</version></dependency></dependencies></project>"
f b/pom.xml <<< "<project><modelVersion>4.0.0</modelVersion>$parent<artifactId>b</artifactId><build><resources><resource><directory>../lib/src/main/resources</directory></resource></resources></build></project>"
f web/pom.xml <<< "<project><modelVersion>4.0.0</modelVersion>$parent<artifactId>web</artifactId></project>"
f lib/src/main/resources/x.xml <<< '<x/>'
base; f lib/src/main/resources/x.xml <<< '<y/>'
judge 'lib, a and b changed; unchanged: web'
