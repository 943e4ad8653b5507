export const ROLES = ['viewer', 'author', 'operator', 'approver', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Who a token stands for. */
export interface Person {
  readonly name: string;
  readonly roles: readonly Role[];
  /** How far this person's approval reaches; the policy names the levels. */
  readonly level?: string | undefined;
}
