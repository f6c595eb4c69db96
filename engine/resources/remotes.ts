import type { ImapFlow } from 'imapflow';
import type { Readable } from 'node:stream';

/** Servers that are not asked by HTTP, as nodes see them: a connection stays open for the following steps of the run and is replaced when it was lost. */
export interface Remotes {
  /** Files of an FTP, FTPS or SFTP server; the connection is nobody else's until `work` has ended. */
  files<Result>(
    server: FileServer,
    signal: AbortSignal,
    work: (files: RemoteFiles) => Promise<Result>,
  ): Promise<Result>;
  /** Commands on an SSH server. */
  shell<Result>(
    server: FileServer,
    signal: AbortSignal,
    work: (shell: RemoteShell) => Promise<Result>,
  ): Promise<Result>;
  /** A mailbox by IMAP. */
  mailbox<Result>(
    server: MailServer,
    signal: AbortSignal,
    work: (client: ImapFlow) => Promise<Result>,
  ): Promise<Result>;
  /** Hands one message to an SMTP server. STEP_IN_DOUBT when the connection ended before the server said whether it took it. */
  send(server: MailServer, mail: OutgoingMail, signal: AbortSignal): Promise<SentMail>;
}

interface TlsCheck {
  /** False accepts any certificate. */
  verifyTls: boolean;
  /** PEM of a further authority to trust. */
  certificate?: string;
}

export interface FileServer extends TlsCheck {
  protocol: 'sftp' | 'ftp' | 'ftps' | 'ftpsImplicit';
  host: string;
  port: number;
  user: string;
  password: string;
  privateKey?: string;
  passphrase?: string;
  /** `SHA256:…` or a line of a public key file. */
  hostKey?: string;
  acceptAnyHostKey: boolean;
  timeoutMs: number;
}

export interface MailServer extends TlsCheck {
  host: string;
  port: number;
  security: 'tls' | 'starttls' | 'none';
  /** Absent: no sign-in. */
  user?: string;
  password?: string;
  /** OAuth2, instead of the password. */
  accessToken?: string;
  timeoutMs: number;
}

export interface OutgoingMail {
  from: string;
  recipients: readonly string[];
  raw: Uint8Array;
}

export interface SentMail {
  accepted: string[];
  rejected: { address: string; reason: string }[];
  response: string;
}

export interface RemoteEntry {
  /** As the server takes it, with forward slashes. */
  path: string;
  name: string;
  kind: 'file' | 'folder' | 'link' | 'other';
  size: number;
  /** Milliseconds since 1970; undefined where the server does not say. */
  modifiedAt: number | undefined;
}

/** Paths are the server's; relative ones start where the server puts the user. */
export interface RemoteFiles {
  list(folder: string): Promise<RemoteEntry[]>;
  /** Undefined when there is nothing. A link is followed where the protocol can. */
  info(path: string): Promise<RemoteEntry | undefined>;
  read(path: string): AsyncIterable<Uint8Array>;
  /** Writes from byte `start` on; 0 replaces the file. */
  write(path: string, content: Readable, start: number): Promise<void>;
  /** Takes the place of a file that is there already. */
  rename(from: string, to: string): Promise<void>;
  /** False when it was not there. */
  remove(path: string): Promise<boolean>;
  /** False when it was there already. */
  makeFolder(path: string): Promise<boolean>;
  /** Only an empty one. False when it was not there. */
  removeFolder(path: string): Promise<boolean>;
  setPermissions(path: string, mode: number): Promise<void>;
}

export interface RemoteShell {
  run(command: string, options: CommandOptions): Promise<CommandEnd>;
}

export interface CommandOptions {
  stdin: string;
  onStdout(chunk: Buffer): void;
  onStderr(chunk: Buffer): void;
}

export interface CommandEnd {
  /** Null when a signal ended the command. */
  exitCode: number | null;
  signal: string | null;
}
