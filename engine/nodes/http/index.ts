import { download } from './download.ts';
import { graphql } from './graphql.ts';
import { request } from './request.ts';
import { upload } from './upload.ts';

export const httpNodes = [request, download, upload, graphql];
