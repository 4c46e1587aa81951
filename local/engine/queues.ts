/** SQS queues that failed invocations go to, as lists. */
export class Queues {
  private readonly byArn = new Map<string, { readonly name: string; readonly messages: unknown[] }>();

  public create(name: string, arn: string): void {
    this.byArn.set(arn, { name, messages: [] });
  }

  public send(arn: string, message: unknown): void {
    const queue = this.byArn.get(arn);
    if (queue === undefined) {
      throw new Error(`There is no queue ${arn}.`);
    }
    queue.messages.push(message);
  }

  /** Messages by queue name. */
  public messages(): ReadonlyMap<string, readonly unknown[]> {
    return new Map([...this.byArn.values()].map(({ name, messages }) => [name, messages]));
  }
}
