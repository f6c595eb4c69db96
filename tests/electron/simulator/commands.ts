/** What a test asks of the simulated Electron; the answer carries the same id. */
export type Command =
  /** Source of an expression, evaluated in the page; `frame`: in the frame of that name. */
  | { type: 'evaluate'; source: string; frame?: string }
  /** Clicks an entry of the menu bar by its labels. */
  | { type: 'menu'; labels: string[] }
  | { type: 'seen' }
  | { type: 'killHost' }
  | { type: 'secondInstance' }
  | { type: 'permission'; permission: string; address: string }
  | { type: 'quit' };

export interface Seen {
  windows: number;
  windowOptions: Record<string, unknown>[];
  channels: string[];
  opened: string[];
  questions: string[];
  errors: string[];
  hostPid: number | undefined;
  isSandboxOn: boolean;
  /** Addresses that pages asked for and did not get. */
  refused: string[];
  url: string;
}

export type Answer = { id: number; value: unknown } | { id: number; error: string };
