import {
  artifactChunkReplySchema,
  artifactChunkSchema,
  artifactListSchema,
  artifactPieceQuerySchema,
  artifactPieceSchema,
  artifactSchema,
  declareArtifactReplySchema,
  declareArtifactSchema,
  idParamsSchema,
} from '@casare/shared';
import type { Context } from '../context.ts';
import { type Route, route } from '../http/route.ts';
import { declareArtifact, takePiece } from './receive.ts';
import { getArtifact, listJobArtifacts, readArtifact, readArtifactPiece } from './show.ts';

const tag = 'artifacts';

export function artifactRoutes(context: Context): Route[] {
  const shown = { method: 'GET', auth: 'admin', scope: 'jobs:read', tag, params: idParamsSchema } as const;
  return [
    route({
      method: 'POST',
      path: '/artifacts',
      auth: 'robot',
      tag,
      summary: 'A robot says what it is about to send',
      body: declareArtifactSchema,
      reply: declareArtifactReplySchema,
      handle: ({ caller, body }) => declareArtifact(context, caller, body),
    }),
    route({
      method: 'POST',
      path: '/artifacts/:id/pieces',
      auth: 'robot',
      tag,
      summary: 'One piece of the content, in order',
      params: idParamsSchema,
      body: artifactChunkSchema,
      reply: artifactChunkReplySchema,
      bodyLimit: 1_100_000,
      handle: ({ caller, params, body }) => takePiece(context, caller, params.id, body),
    }),
    route({
      ...shown,
      path: '/jobs/:id/artifacts',
      summary: 'Pictures, pages, traces and logs that the robot kept of a job',
      reply: artifactListSchema,
      handle: ({ caller, params }) => listJobArtifacts(context, caller, params.id),
    }),
    route({
      ...shown,
      path: '/artifacts/:id',
      summary: 'What an artifact is',
      reply: artifactSchema,
      handle: ({ caller, params }) => getArtifact(context, caller, params.id),
    }),
    route({
      ...shown,
      path: '/artifacts/:id/content',
      summary: 'The content of an artifact, to be saved',
      async handle({ caller, params, reply }) {
        const { row, content } = await readArtifact(context, caller, params.id);
        reply.header('content-type', row.contentType);
        reply.header('content-length', row.size);
        reply.header('cache-control', 'private, no-store');
        reply.header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(row.name)}`);
        return content;
      },
    }),
    route({
      ...shown,
      path: '/artifacts/:id/piece',
      summary: 'A part of the content of an artifact in base64',
      query: artifactPieceQuerySchema,
      reply: artifactPieceSchema,
      handle: ({ caller, params, query }) => readArtifactPiece(context, caller, params.id, query.index),
    }),
  ];
}
