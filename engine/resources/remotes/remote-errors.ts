import { AppError } from '@casare/shared';

export interface Place {
  host: string;
  port: number;
}

/** Why a server could not be reached, as a sentence that says what to do. */
export function connectionError(error: unknown, { host, port }: Place): AppError {
  if (error instanceof AppError) return error;
  const code = codeOf(error);
  const where = `"${host}:${port}"`;
  const text = error instanceof Error ? error.message : String(error);
  const fail = (message: string, retryable: boolean) =>
    new AppError('CONNECTION_FAILED', message, {
      retryable,
      details: { host, port, reason: code || text },
      cause: error,
    });
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return fail(`The name "${host}" is not known. Check the server and the network.`, true);
  if (code === 'ECONNREFUSED')
    return fail(`${where} refused the connection: nothing listens there. Check server and port.`, true);
  if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH')
    return fail(`${where} cannot be reached. Check the network.`, true);
  // Some libraries give their own code and keep only the words.
  if (/CERT|ISSUER|SIGNATURE|ALTNAME/.test(code) || /certificate|altnames/i.test(text))
    return fail(
      `The certificate of ${where} cannot be trusted (${code}). Paste the certificate of its authority into "Trusted certificate", or check the name of the server.`,
      false,
    );
  if (/ERR_SSL|ERR_TLS|EPROTO/.test(code))
    return fail(`${where} does not speak TLS as expected (${code}). Check the port and the kind of security.`, false);
  if (/timed? ?out|timeout/i.test(`${code} ${text}`))
    return fail(`${where} did not answer in time. Try again later, or raise the time limit.`, true);
  return fail(`The connection to ${where} failed: ${text}. Try again.`, true);
}

export function signInError(error: unknown, { host, port }: Place, user: string): AppError {
  const said = error instanceof Error ? error.message.slice(0, 300) : '';
  return new AppError(
    'SIGN_IN_FAILED',
    `"${host}:${port}" did not let "${user}" in${said === '' ? '' : ` (${said})`}. Check user name, password or key.`,
    { details: { host, port, user }, cause: error },
  );
}

export function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' || typeof code === 'number' ? String(code) : '';
}
