import type { Seen } from './commands.ts';

// What the parts of the stand-in share: the built main reaches them only through the module `electron`.

type Handler = (event: unknown, ...values: unknown[]) => unknown;
export interface Load {
  url: string;
  cancel: boolean;
}

export const ipcHandlers = new Map<string, Handler>();
export const protocolHandlers = new Map<string, (request: { url: string; method: string }) => Promise<Response>>();

export const sessionRules: {
  beforeRequest?: (details: { url: string }, decide: (answer: { cancel: boolean }) => void) => void;
  onRequest?: (contents: unknown, permission: string, decide: (granted: boolean) => void, details: unknown) => void;
  onCheck?: (contents: unknown, permission: string, origin: string, details: unknown) => boolean;
} = {};

export const seen: Seen = {
  windows: 0,
  windowOptions: [],
  channels: [],
  opened: [],
  questions: [],
  errors: [],
  hostPid: undefined,
  isSandboxOn: false,
  refused: [],
  url: '',
};
