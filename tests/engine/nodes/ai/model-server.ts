import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type SeenRequest, startTestServer, type TestServer } from '../http/test-server.ts';

const part = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text'), text: z.string().min(1) }),
  z.strictObject({
    type: z.literal('image_url'),
    image_url: z.strictObject({ url: z.string().regex(/^data:image\/(png|jpeg|gif|webp);base64,/) }),
  }),
]);
const chatSchema = z.strictObject({
  model: z.string().min(1),
  messages: z
    .array(
      z.strictObject({
        role: z.enum(['system', 'user', 'assistant']),
        content: z.union([z.string().min(1), z.array(part).min(1)]),
      }),
    )
    .min(1)
    .refine((messages) => messages.at(-1)?.role === 'user', 'the last word is the user’s'),
  max_tokens: z.int().positive().optional(),
  max_completion_tokens: z.int().positive().optional(),
  temperature: z.number().min(0).max(2).optional(),
  response_format: z
    .discriminatedUnion('type', [
      z.strictObject({
        type: z.literal('json_schema'),
        json_schema: z.strictObject({
          name: z.string().regex(/^[\w-]{1,64}$/),
          strict: z.boolean(),
          schema: z.looseObject({ type: z.literal('object') }),
        }),
      }),
      z.strictObject({ type: z.literal('json_object') }),
    ])
    .optional(),
});
const embedSchema = z.strictObject({
  model: z.string().min(1),
  input: z.array(z.string().min(1)).min(1).max(2048),
  encoding_format: z.literal('float'),
  dimensions: z.int().positive().optional(),
});
export type ChatRequest = z.output<typeof chatSchema>;

/** What the model says next: a text, data, or a status with which the service refuses. */
type Reply =
  | string
  | object
  | { status: number; error: string; retryAfter?: number }
  | { text: string; finish: string };

export interface ModelServer {
  url: string;
  /** Answers in order; a request without one is refused. */
  replies: Reply[];
  chats: ChatRequest[];
  server: TestServer;
}

/** A service that speaks the protocol of OpenAI and refuses whatever does not. */
export async function startModelServer(key: string): Promise<ModelServer> {
  const replies: Reply[] = [];
  const chats: ChatRequest[] = [];
  const server = await startTestServer((request, response) => {
    const json = (status: number, data: unknown, headers: Record<string, string> = {}) =>
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(data));
    const refuse = (status: number, message: string) =>
      json(status, { error: { message, type: 'invalid_request_error' } });
    if (request.headers.authorization !== `Bearer ${key}`)
      return refuse(401, `Incorrect API key provided: ${request.headers.authorization?.slice(7) ?? ''}`);
    if (request.url === '/v1/embeddings') return answerEmbeddings(request, json, refuse);
    if (request.method !== 'POST' || request.url !== '/v1/chat/completions') return refuse(404, 'unknown address');
    const chat = chatSchema.safeParse(JSON.parse(request.body.toString()));
    if (!chat.success) return refuse(400, z.prettifyError(chat.error));
    const { response_format: form } = chat.data;
    if (form?.type === 'json_schema' && form.json_schema.strict && !isClosed(form.json_schema.schema))
      return refuse(400, 'additionalProperties must be false and all properties required in strict schemas');
    chats.push(chat.data);
    const reply = replies.shift();
    if (reply === undefined) return refuse(400, 'the test has prepared no answer');
    if (typeof reply === 'object' && 'status' in reply && 'error' in reply) {
      const { status, error, retryAfter } = reply as { status: number; error: string; retryAfter?: number };
      return json(
        status,
        { error: { message: error } },
        retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) },
      );
    }
    const isCut = typeof reply === 'object' && 'finish' in reply && 'text' in reply;
    const { text, finish } = isCut
      ? (reply as { text: string; finish: string })
      : { text: typeof reply === 'string' ? reply : JSON.stringify(reply), finish: 'stop' };
    return json(200, {
      id: 'chatcmpl-1',
      object: 'chat.completion',
      model: `${chat.data.model}-2026`,
      choices: [{ index: 0, finish_reason: finish, message: { role: 'assistant', content: text } }],
      usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
    });
  });
  return { url: `${server.url}/v1`, replies, chats, server };
}

function answerEmbeddings(
  request: SeenRequest,
  json: (status: number, data: unknown) => unknown,
  refuse: (status: number, message: string) => unknown,
): unknown {
  const asked = embedSchema.safeParse(JSON.parse(request.body.toString()));
  if (!asked.success) return refuse(400, z.prettifyError(asked.error));
  // Backwards, as a service may: the index says which is which.
  const data = asked.data.input
    .map((text, index) => ({ object: 'embedding', index, embedding: vectorOf(text) }))
    .toReversed();
  return json(200, {
    object: 'list',
    data,
    model: asked.data.model,
    usage: { prompt_tokens: data.length, total_tokens: data.length },
  });
}

/** Every word has a direction of its own, so texts that share words lie close together. */
function vectorOf(text: string): number[] {
  const vector = new Array<number>(512).fill(0);
  for (const word of text.toLowerCase().match(/[a-z]{3,}/g) ?? []) {
    const at = createHash('sha256').update(word).digest().readUInt16BE(0) % 512;
    vector[at] = (vector[at] ?? 0) + 1;
  }
  return vector;
}

function isClosed(schema: unknown): boolean {
  if (Array.isArray(schema)) return schema.every(isClosed);
  if (schema === null || typeof schema !== 'object') return true;
  const { type, properties = {}, required = [], additionalProperties } = schema as Record<string, unknown>;
  if (
    type === 'object' &&
    (additionalProperties !== false || Object.keys(properties as object).length !== (required as string[]).length)
  )
    return false;
  return Object.values(schema).every(isClosed);
}
