import { buildUrl } from './build-url.ts';
import { download } from './download.ts';
import { graphql } from './graphql.ts';
import { oauthAuthorize } from './oauth-authorize.ts';
import { oauthIntrospect } from './oauth-introspect.ts';
import { oauthToken } from './oauth-token.ts';
import { pages } from './pages.ts';
import { parseUrl } from './parse-url.ts';
import { request } from './request.ts';
import { soap } from './soap.ts';
import { storageDelete } from './storage-delete.ts';
import { storageGet } from './storage-get.ts';
import { storageList } from './storage-list.ts';
import { storagePresign } from './storage-presign.ts';
import { storagePut } from './storage-put.ts';
import { upload } from './upload.ts';
import { webhook } from './webhook.ts';

export const httpNodes = [
  request,
  pages,
  download,
  upload,
  graphql,
  soap,
  webhook,
  oauthToken,
  oauthAuthorize,
  oauthIntrospect,
  buildUrl,
  parseUrl,
  storagePut,
  storageGet,
  storageList,
  storageDelete,
  storagePresign,
];
