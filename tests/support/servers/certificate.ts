import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

export interface Certificate {
  keyFile: string;
  certificateFile: string;
  key: string;
  certificate: string;
}

/** A certificate of its own for `localhost` and 127.0.0.1, known to nobody. */
export async function makeCertificate(folder: string): Promise<Certificate> {
  const [keyFile, certificateFile] = [join(folder, 'server.key'), join(folder, 'server.crt')];
  const names = 'subjectAltName=DNS:localhost,IP:127.0.0.1';
  const args = [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-days',
    '2',
    '-subj',
    '/CN=localhost',
    '-addext',
    names,
  ];
  await promisify(execFile)('openssl', [...args, '-keyout', keyFile, '-out', certificateFile]);
  const [key, certificate] = await Promise.all([readFile(keyFile, 'utf8'), readFile(certificateFile, 'utf8')]);
  return { keyFile, certificateFile, key, certificate };
}
