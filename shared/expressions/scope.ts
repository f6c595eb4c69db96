/**
 * What a compiled expression reads. The engine implements it with fast getters.
 * Every record is read by own properties only: a name that lives on a prototype does not exist for an expression.
 */
export interface ExpressionScope {
  readonly vars: Readonly<Record<string, unknown>>;
  readonly input: Readonly<Record<string, unknown>>;
  readonly item: unknown;
  readonly index: number | undefined;
  /** `{ code, message, nodeId, details }` inside a catch body, otherwise undefined. */
  readonly error: unknown;
  readonly run: Readonly<Record<string, unknown>>;
  readonly env: Readonly<Record<string, unknown>>;
  /** Fields by name of the credential: those that the workflow names. */
  readonly credentials: Readonly<Record<string, unknown>>;
  readonly assets: Readonly<Record<string, unknown>>;
  /** Values of the names in `CompileOptions.given`. */
  readonly given?: Readonly<Record<string, unknown>>;
  /** Output of the step with that slot as this place sees it; undefined when it did not run. */
  stepOutput(slot: number): unknown;
  stepError(slot: number): unknown;
}

/** A place where nothing has a value: what constants are evaluated in. */
export const EMPTY_SCOPE: ExpressionScope = {
  vars: {},
  input: {},
  item: undefined,
  index: undefined,
  error: undefined,
  run: {},
  env: {},
  credentials: {},
  assets: {},
  stepOutput: () => undefined,
  stepError: () => undefined,
};
