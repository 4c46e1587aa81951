const BOOTSTRAP_VERSION = '30';

/** Parameters that no stack of the run makes: the bootstrap's, and those that AWS publishes. */
export function givenParameter(name: string): string | undefined {
  return name.startsWith('/cdk-bootstrap/') ? BOOTSTRAP_VERSION : name.startsWith('/aws/service/') ? name : undefined;
}
