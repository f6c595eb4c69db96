// Apart from the contract, so that a preload script takes these names without the schemas.

/** Names of the message (name, request → answer) and of the event (name, payload) on either transport: Socket.IO, Electron IPC. */
export const HOST_CALL_CHANNEL = 'casare:call';
export const HOST_EVENT_CHANNEL = 'casare:event';
/** Path of the host's Socket.IO endpoint; `auth: { token }`. */
export const HOST_SOCKET_PATH = '/host/socket.io';
