/** In which form a project reports what a delivery would change. */
export enum DeliveryReportForm {
  /** It makes no report. What it changes is not known before: every kind of approval asks, and the guard lets it pass. */
  NONE = 'none',

  /** JSON: `{ "changes": [{ "path": "...", "type": "...", "effect": "create", "broadens": "..." }] }`. */
  CHANGES = 'changes',

  /** What `terraform show -json` writes of a plan. */
  TERRAFORM = 'terraform',
}
