import { AppError, type NodeDescriptor } from '@casare/shared';
import { z } from 'zod';
import type { NodeContext, NodeDefinition, NodeResult } from '../define-node.ts';
import { isPackErrorCode } from './check-pack.ts';
import type { FoundPack } from './find-packs.ts';
import { outputSchemaOf, paramsSchemaOf } from './json-params.ts';
import type { DescribedNode, FromPack, PackCall } from './pack-messages.ts';

const largestFile = 64 * 1024 * 1024;

/** A node of a pack as the engine runs it: in the pack's own process, its words checked. */
export function definePackNode(pack: FoundPack, { descriptor, examples }: DescribedNode): NodeDefinition {
  const output = outputSchemaOf(descriptor.output);
  const described: NodeDescriptor = {
    ...descriptor,
    pack: { name: pack.name, version: pack.version },
    capabilities: [...new Set([...descriptor.capabilities, `pack:${pack.name}`])],
  };
  return {
    type: descriptor.type,
    version: descriptor.version,
    title: descriptor.title,
    category: descriptor.category,
    icon: descriptor.icon,
    description: descriptor.description,
    outputs: descriptor.outputs,
    ...(descriptor.dynamicOutputs && { dynamicOutputs: dynamicOf(descriptor) }),
    capabilities: described.capabilities,
    params: paramsSchemaOf(descriptor.params),
    output: z.unknown(),
    effect: descriptor.effect,
    examples,
    descriptor: described,
    run: (ctx, params) => runInPack(pack, descriptor.type, output, ctx, params),
  };
}

function dynamicOf({ dynamicOutputs }: NodeDescriptor): NonNullable<NodeDefinition['dynamicOutputs']> {
  const { param, prefix, kind, idKey } = dynamicOutputs as NonNullable<NodeDescriptor['dynamicOutputs']>;
  return { param, prefix, kind, ...(idKey !== undefined && { idKey }) };
}

async function runInPack(
  pack: FoundPack,
  type: string,
  output: z.ZodType,
  ctx: NodeContext,
  params: Record<string, unknown>,
): Promise<NodeResult> {
  const { id, workflowId, workflowName } = ctx.run;
  const facts = {
    run: { id, workflowId, workflowName },
    nodeId: ctx.nodeId,
    path: ctx.path,
    attempt: ctx.attempt,
    effectKey: ctx.effectKey,
    resumed: ctx.resumed,
  };
  const end = await ctx.packs.run(
    pack,
    { type: 'run', node: type, params, facts },
    (message) => hear(ctx, message),
    ctx.signal,
  );
  if (end.type === 'failed') {
    const { message, code, retryable = false, details = {} } = end.error;
    throw new AppError(isPackErrorCode(code) ? code : 'NODE_FAILED', message, {
      retryable,
      details: { ...details, pack: pack.name },
    });
  }
  const checked = output.safeParse(end.output);
  if (!checked.success)
    throw new AppError(
      'PACK_INVALID',
      `"${type}" of the pack "${pack.name}" gave something else than it says: ${z.prettifyError(checked.error)}. Tell the pack's author.`,
      { details: { pack: pack.name, type } },
    );
  return { output: checked.data, ...(end.port !== undefined && { port: end.port }) };
}

function hear(
  ctx: NodeContext,
  message: Extract<FromPack, { type: 'log' | 'progress' | 'call' }>,
): Promise<unknown> | void {
  if (message.type === 'log') ctx.log(message.level, message.message, message.data);
  else if (message.type === 'progress') ctx.progress(message.fraction, message.message);
  else return answer(ctx, message.call);
}

async function answer(ctx: NodeContext, call: PackCall): Promise<unknown> {
  switch (call.method) {
    case 'checkpoint':
      return ctx.checkpoint(call.data);
    case 'getVariable':
      return ctx.getVariable(call.name);
    case 'setVariable':
      return ctx.setVariable(call.name, call.value);
    case 'sleep':
      return ctx.sleep(call.ms);
    case 'files.read':
      return readFile(ctx, call.path);
    case 'files.write':
      return ctx.files.write(call.path, call.content, {
        signal: ctx.signal,
        ...(call.overwrite !== undefined && { overwrite: call.overwrite }),
      });
    case 'http.request': {
      const { headers, body, timeoutMs, ...request } = call.request;
      return ctx.http.request(
        {
          ...request,
          ...(headers && { headers }),
          ...(body !== undefined && { body }),
          ...(timeoutMs !== undefined && { timeoutMs }),
        },
        ctx.signal,
      );
    }
  }
}

async function readFile(ctx: NodeContext, path: string): Promise<Uint8Array> {
  const file = await ctx.files.open(path);
  try {
    const { size } = await file.stat();
    if (size > largestFile)
      throw new AppError(
        'PAYLOAD_TOO_LARGE',
        `${path} has ${size} bytes; a pack reads files up to ${largestFile} bytes.`,
      );
    return await file.readFile();
  } finally {
    await file.close();
  }
}
