import { ActionEvent } from '../../src/core/notification/event';

/** CodePipeline's event of one action, as far as it is read here. */
export interface PipelineActionEvent extends ActionEvent {
  readonly executionId: string;
  /** What the action says of its end; empty where it says nothing. */
  readonly summary: string;
  /** ID that the action's provider gave what it started: a build's, an execution's. */
  readonly externalId?: string;
  readonly link?: string;
}

/** @throws Error for any other event */
export function readEvent(event: unknown): PipelineActionEvent {
  const { 'detail-type': type, detail } = event as {
    readonly 'detail-type'?: string;
    readonly 'detail'?: {
      readonly 'stage': string;
      readonly 'action': string;
      readonly 'state': ActionEvent['state'];
      readonly 'execution-id': string;
      readonly 'type'?: { readonly category?: string };
      readonly 'execution-result'?: {
        readonly 'external-execution-id'?: string; readonly 'external-execution-summary'?: string; readonly 'external-execution-url'?: string;
      };
    };
  };
  if (type !== 'CodePipeline Action Execution State Change' || detail === undefined) {
    throw new Error(`The notifications function takes events of CodePipeline's actions only, and this one is '${type}'.`);
  }
  const { stage, action, state, 'execution-id': executionId, 'type': kind, 'execution-result': result = {} } = detail;
  const { 'external-execution-id': externalId, 'external-execution-summary': summary = '', 'external-execution-url': link } = result;
  return {
    stage, action, state, executionId, category: kind?.category ?? '', summary, ...(externalId === undefined ? {} : { externalId }), ...(link ? { link } : {}),
  };
}
