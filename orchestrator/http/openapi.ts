import { ERROR_CODES } from '@casare/shared';
import { z } from 'zod';
import { documentSchema, type JsonSchema } from './json-schema.ts';
import type { Route } from './route.ts';

const errorSchema = z.strictObject({
  error: z.strictObject({
    code: z.enum(Object.keys(ERROR_CODES) as [string, ...string[]]),
    message: z.string(),
    details: z.record(z.string(), z.unknown()),
    requestId: z.string(),
  }),
});

export interface RouteList {
  readonly base: string;
  readonly routes: readonly Route[];
}

/** The description of the API, from the same definitions that check and serve the requests. */
export function describeApi(lists: readonly RouteList[], version: string): JsonSchema {
  const paths: Record<string, Record<string, JsonSchema>> = {};
  for (const { base, routes } of lists) {
    for (const route of routes) {
      const path = `${base}${route.path}`.replace(/:(\w+)/g, '{$1}');
      paths[path] = { ...paths[path], [route.method.toLowerCase()]: describeRoute(route) };
    }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'CasareRPA orchestrator', version, description: 'Workflows, jobs and robots.' },
    paths,
    components: {
      schemas: { Error: documentSchema(errorSchema, 'output') },
      securitySchemes: {
        apiKey: { type: 'apiKey', in: 'header', name: 'X-Api-Key' },
        bearer: { type: 'http', scheme: 'bearer' },
      },
    },
  };
}

const authWords: Record<Exclude<Route['auth'], 'admin'>, string> = {
  robot: 'For robots: takes a robot key.',
  person: 'For people who have signed in.',
  any: 'For everybody with a key or a token.',
  none: 'Takes no key.',
};

function describeRoute(route: Route): JsonSchema {
  const body = route.body && {
    required: true,
    content: { 'application/json': { schema: documentSchema(route.body, 'input') } },
  };
  return {
    tags: [route.tag],
    summary: route.summary,
    description:
      route.auth === 'admin'
        ? `For people, admin keys and service keys with the scope "${route.scope}".`
        : authWords[route.auth],
    'x-access': route.auth,
    ...(route.auth === 'admin' ? { 'x-scope': route.scope } : {}),
    security: route.auth === 'none' ? [] : [{ apiKey: [] }, { bearer: [] }],
    parameters: [
      ...parametersOf(route.params, 'path'),
      ...parametersOf(route.query, 'query'),
      ...(route.auth === 'admin' || route.auth === 'any'
        ? [
            {
              name: 'X-Workspace',
              in: 'header',
              required: false,
              description: 'The workspace a person chooses; without it the one they have been in longest.',
              schema: { type: 'string', format: 'uuid' },
            },
          ]
        : []),
      ...(route.idempotent
        ? [{ name: 'Idempotency-Key', in: 'header', required: false, schema: { type: 'string', maxLength: 200 } }]
        : []),
    ],
    ...(body ? { requestBody: body } : {}),
    responses: {
      [String(route.status ?? (route.reply ? 200 : 204))]: route.reply
        ? { description: 'Done', content: { 'application/json': { schema: documentSchema(route.reply, 'output') } } }
        : { description: 'Done' },
      default: {
        description: 'Refused or failed',
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
      },
    },
  };
}

function parametersOf(schema: z.ZodType | undefined, where: 'path' | 'query'): JsonSchema[] {
  if (!schema) return [];
  const { properties, required } = documentSchema(schema, 'output') as {
    properties: Record<string, JsonSchema>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: where,
    required: where === 'path' || ((required?.includes(name) ?? false) && property['default'] === undefined),
    schema: property,
  }));
}
