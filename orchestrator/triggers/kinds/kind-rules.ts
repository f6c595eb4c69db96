import type { ParsedTrigger, TriggerKind } from '@casare/shared';
import type { Context } from '../../context.ts';
import type { Db } from '../../db/transaction.ts';
import type { Caller } from '../../keys/verify.ts';
import type { TriggerRow } from '../trigger-row.ts';

/** What is particular to a kind of trigger. */
export interface KindRules {
  readonly kind: TriggerKind;
  /** It looks from time to time whether something has happened; `look` is called when its time has come. */
  readonly looks?: boolean;
  /** Throws what is wrong with the settings beyond their form. */
  check?(db: Db, caller: Caller, wanted: ParsedTrigger): Promise<void> | void;
  /**
   * Looks, delivers what it finds, and says when to look again. One instance at a time does it for a trigger, unless it takes longer than the
   * time it was given; messages have ids of their own, so even then nothing is done twice.
   */
  look?(context: Context, trigger: TriggerRow, signal: AbortSignal): Promise<Looked>;
}

export interface Looked {
  readonly nextSeconds: number;
  /** To be remembered until the next look. */
  readonly state?: Record<string, unknown>;
}
