import { logLevelSchema, nodeDescriptorSchema } from '@casare/shared';
import { z } from 'zod';

/** What the engine tells a pack's process. */
export type ToPack =
  | { type: 'describe' }
  | {
      type: 'run';
      node: string;
      params: Record<string, unknown>;
      facts: {
        run: { id: string; workflowId: string; workflowName: string };
        nodeId: string;
        path: string;
        attempt: number;
        effectKey: string;
        resumed: unknown;
      };
    }
  | { type: 'abort' }
  | { type: 'reply'; id: number; value?: unknown; error?: PackError };

const errorSchema = z.object({
  message: z.string().transform((text) => text.slice(0, 4000)),
  code: z.string().max(64).optional(),
  retryable: z.boolean().optional(),
  details: z.record(z.string(), z.unknown()).optional(),
});
export type PackError = z.infer<typeof errorSchema>;

const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array);
const path = z.string().min(1).max(4096);

/** What a pack may ask for while one of its nodes runs. */
const callSchema = z.discriminatedUnion('method', [
  z.object({ method: z.literal('checkpoint'), data: z.unknown() }),
  z.object({ method: z.literal('getVariable'), name: z.string().max(64) }),
  z.object({ method: z.literal('setVariable'), name: z.string().max(64), value: z.unknown() }),
  z.object({ method: z.literal('sleep'), ms: z.number().min(0) }),
  z.object({ method: z.literal('files.read'), path }),
  z.object({
    method: z.literal('files.write'),
    path,
    content: z.union([z.string(), bytes]),
    overwrite: z.boolean().optional(),
  }),
  z.object({
    method: z.literal('http.request'),
    request: z.object({
      method: z.string().max(20),
      url: z.string().max(100_000),
      headers: z.record(z.string(), z.string()).optional(),
      body: z.union([z.string(), bytes]).optional(),
      timeoutMs: z.number().min(1).optional(),
    }),
  }),
]);
export type PackCall = z.infer<typeof callSchema>;

/** What comes out of a pack's process; anything else ends it. */
export const fromPackSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({
    type: z.literal('described'),
    nodes: z.array(
      z.object({
        descriptor: nodeDescriptorSchema,
        examples: z.array(z.object({ title: z.string(), params: z.record(z.string(), z.unknown()) })),
      }),
    ),
  }),
  z.object({ type: z.literal('broken'), message: z.string().transform((text) => text.slice(0, 4000)) }),
  z.object({ type: z.literal('log'), level: logLevelSchema, message: z.string(), data: z.unknown() }),
  z.object({ type: z.literal('progress'), fraction: z.number(), message: z.string().optional() }),
  z.object({ type: z.literal('call'), id: z.int(), call: callSchema }),
  z.object({ type: z.literal('done'), output: z.unknown(), port: z.string().max(64).optional() }),
  z.object({ type: z.literal('failed'), error: errorSchema }),
]);
export type FromPack = z.infer<typeof fromPackSchema>;
export type DescribedNode = Extract<FromPack, { type: 'described' }>['nodes'][number];
