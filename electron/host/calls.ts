import {
  AppError,
  asAppError,
  type HostAnswer,
  type HostArgument,
  type HostCall,
  type HostReply,
  STUDIO_HOST_CALLS,
  toWire,
} from '@casare/shared';

/** One function per call of the contract. */
export type HostHandlers = { [C in HostCall]: (request: HostArgument<C>) => Promise<HostReply<C>> | HostReply<C> };

/** Answers one call from a transport: checks name and argument, and turns whatever is thrown into a wire error. Never rejects. */
export async function answerCall(handlers: HostHandlers, name: unknown, request: unknown): Promise<HostAnswer> {
  try {
    if (typeof name !== 'string' || !Object.hasOwn(STUDIO_HOST_CALLS, name))
      throw new AppError('VALIDATION', 'The studio asked for something this host does not know. Reload the page.');
    const call = name as HostCall;
    const parsed = STUDIO_HOST_CALLS[call].request.safeParse(request === undefined ? {} : request);
    if (!parsed.success) {
      const issues = parsed.error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message }));
      throw new AppError('VALIDATION', `"${call}": ${issues[0]?.path || 'argument'}: ${issues[0]?.message}.`, {
        details: { issues },
      });
    }
    const handler = handlers[call] as (request: unknown) => unknown;
    return { ok: true, reply: await handler(parsed.data) };
  } catch (error) {
    return { ok: false, error: toWire(asAppError(error)) };
  }
}
