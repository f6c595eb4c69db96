import { AppError, fromWire, type HostAnswer, type HostCall, type HostReply } from '@casare/shared';

/** The reply of a host call; its error is thrown as the AppError it was. The host has validated the reply, so it is taken as it is. */
export function openAnswer<C extends HostCall>(name: C, answer: HostAnswer | undefined): HostReply<C> {
  if (!answer) throw new AppError('INTERNAL', `The host gave no answer to "${name}". Load the page again.`);
  if (!answer.ok) throw fromWire(answer.error);
  // The one cast of the boundary: transports carry JSON without its type.
  return answer.reply as HostReply<C>;
}
