import type { KindRules } from './kind-rules.ts';

/** Watched by a robot: mailboxes are reached from where their owners are. */
export const mailRules: KindRules = { kind: 'mail' };
