/**
 * Every error code of the product, with when it is thrown and the HTTP status it becomes.
 * `docs/errors.md` holds a section per code; a check keeps the two in step.
 */
export const ERROR_CODES = {
  // documents and expressions
  WORKFLOW_INVALID: { status: 422, when: 'a workflow document has errors; details.problems lists all of them' },
  WORKFLOW_NEWER: { status: 422, when: 'a document was written by a newer version than this one can read' },
  EXPRESSION_SYNTAX: { status: 422, when: 'an expression cannot be parsed or uses something that is not allowed' },
  EXPRESSION_FAILED: { status: 422, when: 'an expression failed or went over its limits while it was evaluated' },
  PARAMS_INVALID: {
    status: 422,
    when: 'the parameters of a step do not fit its node type after expressions were evaluated',
  },
  INPUT_INVALID: { status: 422, when: 'the inputs of a run do not fit what the workflow declares' },
  NODE_UNKNOWN: { status: 422, when: 'a node type is not in the registry' },
  NODE_DUPLICATE: { status: 500, when: 'two packs register the same node type' },
  // running
  NODE_FAILED: { status: 422, when: 'a node failed for a reason that has no code of its own' },
  NODE_TIMEOUT: { status: 504, when: 'a node took longer than its time limit' },
  RUN_TIMEOUT: { status: 504, when: 'a run took longer than the time limit of its workflow' },
  RUN_CANCELLED: { status: 409, when: 'a run was cancelled' },
  RUN_LIMIT: { status: 422, when: 'a run went over a limit (steps, depth, iterations)' },
  MEMORY_LIMIT: { status: 507, when: 'a job took more memory than the robot gives to one; its process was ended' },
  FLEET_NEEDED: {
    status: 422,
    when: 'a step starts or awaits a job on the fleet in a run that does not belong to one',
  },
  PARTIAL_RUN: {
    status: 422,
    when: 'a part of a workflow is to run that cannot run by itself, or lacks the outputs of earlier steps',
  },
  STEP_IN_DOUBT: {
    status: 409,
    when: 'a step that must not run twice was started before a crash and its end is not recorded',
  },
  ROBOT_LOST: {
    status: 502,
    when: 'three attempts of a job in a row ended with its robot gone; the job may be what crashes it',
  },
  DEPENDENCY_FAILED: {
    status: 409,
    when: 'a job was to run after the success of another one, which failed or was cancelled; details.jobId is that one',
  },
  DEADLINE_MISSED: { status: 504, when: 'a job was not started by its deadline' },
  JOB_STUCK: {
    status: 504,
    when: 'a job made no progress for far longer than its step ever took, and its workflow says what happens then',
  },
  THROWN: { status: 422, when: 'a Throw node raised it' },
  TEST_UNRECORDED: {
    status: 422,
    when: 'a test came to a step that reaches the world and was not part of the recorded run',
  },
  ASSERTION_FAILED: { status: 422, when: 'an Assert node found its condition false' },
  JOURNAL_CORRUPT: { status: 500, when: 'the journal of a run does not verify; it is kept aside and never resumed' },
  JOURNAL_MISMATCH: { status: 409, when: 'a journal belongs to another workflow content than the one to be resumed' },
  CODE_FAILED: { status: 422, when: 'the script of a code node failed or went over its memory or time limit' },
  PROGRAM_REFUSED: {
    status: 403,
    when: 'a step wants to start or end a program that workflows may not on this machine',
  },
  PROGRAM_MISSING: { status: 404, when: 'a program that a step starts is not on this machine' },
  PROGRAM_FAILED: { status: 422, when: 'a program ended with an exit code that does not count as success' },
  PACK_INVALID: {
    status: 422,
    when: 'a third-party pack cannot be used, or one of its nodes gave something else than it says',
  },
  PACK_CRASHED: { status: 502, when: 'the process of a third-party pack ended, hung or was out of control' },
  // resources
  RESOURCE_BUSY: {
    status: 503,
    when: 'everything of a pool (browsers, database connections) stayed in use for the longest time a run waits',
  },
  RESOURCE_QUOTA: { status: 422, when: 'a run wants to have more open at once than one run may' },
  BROWSER_MISSING: { status: 503, when: 'no Chromium, Chrome or Edge was found on this machine' },
  BROWSER_CRASHED: { status: 502, when: 'the browser or its page went away while a step used it' },
  BROWSER_NOT_OPEN: { status: 422, when: 'a browser step runs before "Open browser"' },
  DESKTOP_MISSING: {
    status: 503,
    when: 'this machine has no desktop that can be worked with: no screen, or a locked one',
  },
  DESKTOP_FAILED: { status: 422, when: 'the desktop refused what a step wanted of it' },
  DESKTOP_CRASHED: {
    status: 502,
    when: 'the desktop, or the process that works with it, went away while a step used it',
  },
  ELEMENT_NOT_FOUND: {
    status: 422,
    when: 'a selector, window, picture or text matched nothing, or more than one, within the time limit',
  },
  NAVIGATION_FAILED: { status: 502, when: 'a page could not be opened' },
  FILE_NOT_FOUND: { status: 404, when: 'a file or folder does not exist' },
  FILE_EXISTS: { status: 409, when: 'a file exists already and must not be overwritten' },
  FILE_ACCESS: { status: 403, when: 'a file cannot be read or written, or lies outside the allowed folders' },
  DISK_FULL: { status: 507, when: 'there is no space left on the disk' },
  DATA_FORMAT: { status: 422, when: 'text is not the JSON, CSV, XML or date that a step expects' },
  DATABASE_FAILED: {
    status: 422,
    when: 'a database refused a statement; details.sqlState and details.violation say why',
  },
  DATABASE_UNREACHABLE: { status: 502, when: 'a database server cannot be reached, or the connection to it was lost' },
  HTTP_FAILED: { status: 502, when: 'an HTTP request got no answer, or an answer with an error status' },
  CONNECTION_FAILED: {
    status: 502,
    when: 'a mail, file or SSH server cannot be reached, cannot prove who it is, or the connection to it broke',
  },
  SIGN_IN_FAILED: { status: 403, when: 'a mail, file or SSH server did not accept user, password, token or key' },
  MAIL_FAILED: { status: 502, when: 'a mail server refused a message or a command' },
  TRANSFER_FAILED: { status: 502, when: 'a file server refused a command, or a transfer arrived incomplete' },
  COMMAND_FAILED: { status: 422, when: 'a command on another machine ended with an exit code that is not 0' },
  HUMAN_NEEDED: { status: 422, when: 'a step asks a person in a run that nobody watches' },
  QUEUES_MISSING: { status: 422, when: 'a queue step runs where no queues are kept' },
  QUEUE_REFERENCE_TAKEN: {
    status: 409,
    when: 'a queue has an item with this reference, and references are unique; details.itemId is that one',
  },
  QUEUE_CONTENT_INVALID: { status: 422, when: 'what a queue item holds does not fit the schema of its queue' },
  // secrets
  CREDENTIAL_MISSING: {
    status: 404,
    when: 'a workflow uses a credential or an asset that does not exist where it runs',
  },
  CREDENTIAL_REFUSED: {
    status: 403,
    when: 'a credential is not for this workflow, this robot or the host it would be sent to',
  },
  SECRET_UNREADABLE: {
    status: 500,
    when: 'a stored secret cannot be opened: it was changed, belongs elsewhere, or its key is missing',
  },
  SECRET_STORE_FAILED: {
    status: 502,
    when: 'an external store of secrets gives no answer, refuses, or does not hold what a credential refers to',
  },
  // protocol
  VALIDATION: { status: 400, when: 'a request body, query or message has a wrong form; details.issues lists each' },
  UNAUTHENTICATED: { status: 401, when: 'the key or token is missing, unknown, expired or revoked' },
  SIGN_IN_REFUSED: { status: 401, when: 'e-mail, password, code, invitation or setup token is not good' },
  SECOND_FACTOR_NEEDED: { status: 401, when: 'the password is right, and the account asks for a code as well' },
  FORBIDDEN: { status: 403, when: 'the key is valid but may not do this' },
  NOT_FOUND: { status: 404, when: 'the thing does not exist, or belongs to somebody else' },
  CONFLICT: { status: 409, when: 'the state of the thing does not allow this' },
  STALE_LEASE: { status: 409, when: 'a report shows a lease that is no longer the current one; nothing was changed' },
  VERSION_CONFLICT: { status: 412, when: 'the thing was changed by somebody else since it was read' },
  IDEMPOTENCY_MISMATCH: { status: 422, when: 'an Idempotency-Key was used before with another body' },
  PAYLOAD_TOO_LARGE: { status: 413, when: 'a body, output or file is over its size limit' },
  RATE_LIMITED: { status: 429, when: 'too many requests; retry after the time in Retry-After' },
  SIGNATURE_INVALID: {
    status: 401,
    when: 'a message to a trigger does not prove who sent it: its signature is missing, wrong or too old',
  },
  TRIGGER_LOOP: {
    status: 422,
    when: 'more than 16 triggers would start jobs one after the other; they may go in a circle',
  },
  ADDRESS_REFUSED: { status: 403, when: 'the orchestrator must not connect to this address' },
  UNAVAILABLE: { status: 503, when: 'the service or its database cannot answer now; retry' },
  UNREACHABLE: { status: 503, when: 'the orchestrator cannot be reached' },
  // processes
  CONFIG_INVALID: { status: 500, when: 'settings are missing or wrong; every fault is listed' },
  PORT_IN_USE: { status: 500, when: 'the port is used by another program' },
  DATABASE_VERSION: { status: 500, when: 'the database has a schema this version does not know' },
  ALREADY_RUNNING: { status: 409, when: 'another process holds the data folder' },
  USAGE: { status: 400, when: 'a command was called with wrong words' },
  INTERNAL: { status: 500, when: 'something that should not happen; the request id finds it in the log' },
} as const satisfies Record<string, { status: number; when: string }>;

export type ErrorCode = keyof typeof ERROR_CODES;

export interface AppErrorOptions {
  /** HTTP status; default: the status of the code. */
  status?: number;
  /** Whether trying the same again can help; the thrower knows. Default false. */
  retryable?: boolean;
  /** JSON-safe facts for machines and for the person reading (problems, path, selector …). Never a secret. */
  details?: Record<string, unknown>;
  cause?: unknown;
}

/** The one error class. The message is a plain sentence that says what happened and what to do. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly retryable: boolean;
  readonly details: Record<string, unknown>;

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.status = options.status ?? ERROR_CODES[code].status;
    this.retryable = options.retryable ?? false;
    this.details = options.details ?? {};
  }
}

/** An error as it travels between processes and stands in journals. */
export interface WireError {
  code: ErrorCode;
  message: string;
  retryable?: boolean;
  details?: Record<string, unknown>;
}

export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && Object.hasOwn(ERROR_CODES, value);
}

/** Any thrown thing as an AppError; what is not one becomes `fallback`, its message kept. */
export function asAppError(thrown: unknown, fallback: ErrorCode = 'INTERNAL'): AppError {
  try {
    if (thrown instanceof AppError) return thrown;
    return new AppError(fallback, messageOf(thrown).slice(0, LONGEST_MESSAGE), { cause: thrown });
  } catch {
    // Even looking at some values throws.
    return new AppError(fallback, 'Something was thrown that cannot be read.');
  }
}

const LONGEST_MESSAGE = 20_000;

function messageOf(thrown: unknown): string {
  if (typeof thrown === 'string') return thrown;
  const message: unknown = thrown instanceof Error ? thrown.message : undefined;
  return typeof message === 'string' ? message : `A value that is not an error was thrown: ${typeof thrown}`;
}

export function toWire(error: AppError): WireError {
  const wire: WireError = { code: error.code, message: error.message };
  if (error.retryable) wire.retryable = true;
  if (Object.keys(error.details).length > 0) wire.details = error.details;
  return wire;
}

export function fromWire(wire: WireError, status?: number): AppError {
  const code = isErrorCode(wire.code) ? wire.code : 'INTERNAL';
  return new AppError(code, wire.message, { retryable: wire.retryable, details: wire.details, status });
}
