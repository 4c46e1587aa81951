/** What asked for a plan, as `PlanMarkerItem.PlannedFor` holds it. */
export function plannedForHead(headNumber: number): string {
  return `head:${headNumber}`;
}

export function plannedForExecution(executionId: string): string {
  return `execution:${executionId}`;
}

/** Whether any plan of the commit serves: an execution needs one, a head its own, with what was forced for it. */
export function takesAnyPlan(plannedFor: string): boolean {
  return plannedFor.startsWith('execution:');
}

/** Whether one was asked for by a later head than the other. */
export function isForLaterHead(plannedFor: string, other: string): boolean {
  return headNumberOf(plannedFor) > headNumberOf(other);
}

/** The number of the head that asked for a plan; NaN where an execution did. */
export function headNumberOf(plannedFor: string): number {
  return Number(/^head:([0-9]+)$/.exec(plannedFor)?.[1]);
}
