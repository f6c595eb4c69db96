/** HTTP as nodes see it: pooled, bounded, with the policy of where a run may connect to. */
export interface HttpAccess {
  /** Any status is an answer; HTTP_FAILED where there is none, PAYLOAD_TOO_LARGE over `maxBytes`. */
  request(request: HttpRequest, signal: AbortSignal): Promise<HttpResponse>;
  /** The same with the body as it arrives; `timeoutMs` then bounds the wait for the head and each pause. Read it to its end or leave the loop. */
  stream(request: HttpRequest, signal: AbortSignal): Promise<HttpStream>;
}

export interface HttpRequest {
  method: string;
  url: string;
  headers?: Readonly<Record<string, string>>;
  body?: string | Uint8Array | HttpUpload;
  timeoutMs?: number;
  /** 0–20; default 5. */
  maxRedirects?: number;
  /** Bytes; default 10 MiB. */
  maxBytes?: number;
  /** Lower-case names of headers that must not follow a redirect to another host; `authorization` and `cookie` never do. */
  credentialHeaders?: readonly string[];
  /** False accepts any certificate. Default true. */
  verifyTls?: boolean;
  /** Requests of a run with the same name share cookies, as the tabs of one browser do. Absent: cookies are neither kept nor sent. */
  session?: string;
  /** Called with what goes out, before each request and each that a redirect makes; what it throws stops that one. */
  beforeSend?(url: URL, headers: Readonly<Record<string, string>>, body: HttpRequest['body']): void;
  /** `http://[user:password@]host:port` of a proxy. Absent: none. */
  proxyUrl?: string;
}

/** A body that is read while it is sent, and read again when a redirect asks for it. */
export interface HttpUpload {
  /** Bytes. */
  length: number;
  open(): AsyncIterable<Uint8Array>;
}

export interface HttpHead {
  status: number;
  /** Lower-case names; several values joined by ", ". */
  headers: Readonly<Record<string, string>>;
  /** Address after redirects. */
  url: string;
}

export interface HttpResponse extends HttpHead {
  body: Uint8Array;
}

export interface HttpStream extends HttpHead {
  body: AsyncIterable<Uint8Array>;
}
