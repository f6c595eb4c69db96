import type { Scope } from '@casare/shared';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Caller } from '../keys/verify.ts';

/**
 * Who may use a route; there is no default, so a new route cannot be open by accident.
 * - `admin`: signed-in people, admin keys and service keys that have the scope the route names; never robots.
 * - `robot`: robot keys alone. `person`: people who have signed in, about themselves. `any`: everybody who is known.
 */
export type RouteAccess =
  | { readonly auth: 'admin'; readonly scope: Scope }
  | { readonly auth: 'robot' | 'person' | 'any' | 'none'; readonly scope?: never };

type Parsed<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;

interface RouteForm<Params, Query, Body> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below the base of the list it stands in; `:id` for parameters. */
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  /** What a success answers; absent: nothing (204). */
  readonly reply?: z.ZodType;
  /** Status of a success; default 200, or 204 without a reply. */
  readonly status?: number;
  /** Bytes; default 1 MiB. */
  readonly bodyLimit?: number;
  /** Takes an Idempotency-Key. */
  readonly idempotent?: boolean;
  /** Does not count against the limits of requests: a robot must always be able to keep what it holds. */
  readonly unlimited?: boolean;
}

type RouteShape<Params, Query, Body> = RouteAccess & RouteForm<Params, Query, Body>;

export interface RouteInput<Params, Query, Body> {
  readonly params: Parsed<Params>;
  readonly query: Parsed<Query>;
  readonly body: Parsed<Body>;
  readonly caller: Caller;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  /** A signal that is aborted when the client has gone or the server stops. */
  untilGone(): AbortSignal;
}

/** A route as the server registers it and the documentation shows it. */
export type Route = RouteShape<z.ZodType | undefined, z.ZodType | undefined, z.ZodType | undefined> & {
  handle(input: RouteInput<undefined, undefined, undefined>): unknown;
};

/** A reply that is text already: JSON, unless the route set another content type. */
export class RawText {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export function route<
  Params extends z.ZodType | undefined = undefined,
  Query extends z.ZodType | undefined = undefined,
  Body extends z.ZodType | undefined = undefined,
>(definition: RouteShape<Params, Query, Body> & { handle(input: RouteInput<Params, Query, Body>): unknown }): Route {
  // What a list of routes holds: the registration parses with the same schemas before it calls `handle`.
  return definition as unknown as Route;
}
