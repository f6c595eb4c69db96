/** HTTP as nodes see it: pooled, bounded, with the policy of where a run may connect to. */
export interface HttpAccess {
  request(request: HttpRequest, signal: AbortSignal): Promise<HttpResponse>;
}

export interface HttpRequest {
  method: string;
  url: string;
  headers?: Readonly<Record<string, string>>;
  body?: string | Uint8Array;
  timeoutMs?: number;
  /** 0–20; default 5. */
  maxRedirects?: number;
  /** Bytes; default 10 MiB. */
  maxBytes?: number;
}

export interface HttpResponse {
  status: number;
  /** Lower-case names; several values joined by ", ". */
  headers: Readonly<Record<string, string>>;
  body: Uint8Array;
  /** Address after redirects. */
  url: string;
}
