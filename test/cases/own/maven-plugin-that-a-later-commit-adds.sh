. "$(dirname "$0")/lib.sh"
f pom.xml <<< '<project><modelVersion>4.0.0</modelVersion><groupId>o</groupId><artifactId>root</artifactId><version>1</version><packaging>pom</packaging><modules><module>tool</module><module>a</module><module>web</module></modules></project>'
parent='<parent><groupId>o</groupId><artifactId>root</artifactId><version>1</version></parent>'
for m in tool a web; do f $m/pom.xml <<< "<project><modelVersion>4.0.0</modelVersion>$parent<artifactId>$m</artifactId></project>"; done
f tool/src/main/java/T.java <<< 'class T {}'
c start
f a/pom.xml <<< "<project><modelVersion>4.0.0</modelVersion>$parent<artifactId>a</artifactId><build><plugins><plugin><groupId>o</groupId><artifactId>tool</artifactId><version>1</version></plugin></plugins></build></project>"
base; f tool/src/main/java/T.java <<< 'class T { int x; }'
judge 'tool and a changed; unchanged: web'
