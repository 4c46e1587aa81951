import * as lambda from 'aws-cdk-lib/aws-lambda';
import { parameterName } from '../../core/names';
import { BuildArtifact } from '../build-artifact';
import { ComponentConfig } from '../component-config';
import { LambdaZipProps } from '../component-props';
import { LocationParameter } from '../location-parameter';

/** Kinds whose build is a zip that AWS Lambda unpacks. */
export function bindLambdaZip(name: string, props: LambdaZipProps, kind: 'lambda-zip' | 'layer'): ComponentConfig {
  return {
    kind,
    artifact: BuildArtifact.zip(props.artifactPath ?? '.'),
    runtimeVersions: runtimeVersionsOf(props.runtime),
    parameters: [
      LocationParameter.bucket(props.bucketParameter ?? parameterName(name, 'Bucket')),
      LocationParameter.key(props.keyParameter ?? parameterName(name, 'Key')),
      ...props.parameters ?? [],
    ],
  };
}

/** The build's version of the language that a function runs on. A runtime of the function's own (`provided`) says nothing. */
function runtimeVersionsOf(runtime: lambda.Runtime | undefined): { [runtime: string]: string } | undefined {
  const [, language = '', version = ''] = /^(nodejs|python|ruby|java|dotnet)([0-9.]+)/.exec(runtime?.name ?? '') ?? [];
  switch (language) {
    case 'java':
      return { java: `corretto${version}` };
    case 'dotnet':
      return { dotnet: /\./.test(version) ? version : `${version}.0` };
    case 'nodejs':
      return { nodejs: version.replace(/\.$/, '') };
    case '':
      return undefined;
    default:
      return { [language]: version };
  }
}
