import { readTemplateText } from '../../lambda/shared/yaml';

/** Where the types of functions have the address of their image. */
const IMAGE_URIS: Readonly<Record<string, (properties: Properties) => unknown>> = {
  'AWS::Serverless::Function': ({ ImageUri }) => ImageUri,
  'AWS::Lambda::Function': ({ Code }) => Code?.ImageUri,
};

interface Properties {
  readonly PackageType?: unknown;
  readonly ImageUri?: unknown;
  readonly Code?: { readonly ImageUri?: unknown };
}

interface Resource {
  readonly Type?: unknown;
  readonly Properties?: Properties;
}

/** `sam build` names the images that it built in Docker; nothing pushes them, and nothing could deploy them. @throws Error that names the functions */
export function requireNoImages(template: string, packaged: string): void {
  const { Resources: resources = {} } = (readTemplateText(packaged) ?? {}) as { Resources?: Readonly<Record<string, Resource | null>> };
  const local = Object.entries(resources).filter(([, resource]) => hasLocalImage(resource));
  if (local.length > 0) {
    throw new Error(`'${template}' builds images for ${local.map(([name]) => name).join(', ')}, which a packaged template cannot hold. `
      + 'Make each such function\'s image a component of its own (Component.lambdaImage), and let ImageUri be the parameter that gets its location.');
  }
}

function hasLocalImage(resource: Resource | null): boolean {
  const { Type: type, Properties: properties } = resource ?? {};
  if (typeof type !== 'string' || !Object.hasOwn(IMAGE_URIS, type) || properties?.PackageType !== 'Image') {
    return false;
  }
  const uri = IMAGE_URIS[type]!(properties);
  // A function such as `Ref` is a parameter's value; a registry's address has a dot before its first slash.
  return uri === undefined || typeof uri === 'string' && !/^[^/]+\.[^/]+\//.test(uri);
}
