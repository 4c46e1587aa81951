import { requireNoImages } from '../../agent/package-template/local-images';

const serverless = (uri: string) => `{ Type: AWS::Serverless::Function, Properties: { PackageType: Image, ImageUri: ${uri} } }`;
const plain = (uri: string) => `{ Type: AWS::Lambda::Function, Properties: { PackageType: Image, Code: { ImageUri: ${uri} } } }`;
const check = (...resources: string[]) => () => requireNoImages('template.yml', `Resources:\n${resources.map((resource, index) => `  F${index}: ${resource}\n`).join('')}`);

describe.each([['AWS::Serverless::Function', serverless], ['AWS::Lambda::Function', plain]])('the image of %s', (_, resource) => {
  it.each(['orders:latest', 'library/orders:v1', 'localhost:5000/orders', 'sha256:0123'])('is refused where only this machine has it: %s', (uri) => {
    expect(check('{ Type: AWS::SQS::Queue }', resource(`"${uri}"`))).toThrow('\'template.yml\' builds images for F1, which a packaged template cannot hold. '
      + 'Make each such function\'s image a component of its own (Component.lambdaImage), and let ImageUri be the parameter that gets its location.');
  });

  it.each(['"111111111111.dkr.ecr.eu-west-1.amazonaws.com/orders:1"', '!Ref Image', '!Sub "${AWS::AccountId}.dkr.ecr.${AWS::Region}.amazonaws.com/orders"'])('is taken where it is in a registry: %s', (uri) => {
    expect(check(resource(uri))).not.toThrow();
  });
});

it('names each function with an image that is not there, and no other', () => {
  expect(check(serverless('a:1'), '{ Type: AWS::Serverless::Function, Properties: { CodeUri: s3://b/k } }', '{ Type: AWS::Serverless::Function, Properties: { PackageType: Image } }', plain('b:1'))).toThrow('builds images for F0, F2, F3,');
});

it('takes a template without resources', () => {
  expect(() => requireNoImages('template.yml', '')).not.toThrow();
});
