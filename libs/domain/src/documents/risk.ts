export const RISKS = ['standard', 'high', 'core'] as const;
/** Decides what the policy demands. */
export type Risk = (typeof RISKS)[number];
