import { buffer } from 'node:stream/consumers';
import { z } from 'zod';
import type { NodeContext } from '../../define-node.ts';
import type { FileServer, RemoteFiles } from '../../resources/remotes.ts';

const text = (title: string, max = 500) => z.string().max(max).default('').meta({ title });
const ssh = { 'x-show-if': { protocol: ['sftp'] } };
const ftps = { 'x-show-if': { protocol: ['ftps', 'ftpsImplicit'] } };

const commonFields = {
  host: z.string().min(1).max(500).meta({ title: 'Server', placeholder: 'files.example.com' }),
  port: z.int().min(1).max(65_535).optional().meta({ title: 'Port', description: 'Empty: the usual one.' }),
  user: text('User name'),
  password: z.string().max(5000).default('').meta({ title: 'Password', 'x-widget': 'password' }),
  timeoutSeconds: z
    .number()
    .min(1)
    .max(3600)
    .default(30)
    .meta({ title: 'Longest silence of the server', unit: 's', 'x-advanced': true }),
};

const keyFields = (when: Record<string, unknown>) => ({
  privateKey: z
    .string()
    .max(50_000)
    .default('')
    .meta({
      title: 'Private key',
      description: 'The text of the key file (PEM or OpenSSH).',
      'x-widget': 'password',
      ...when,
    }),
  privateKeyFile: z
    .string()
    .max(4096)
    .default('')
    .meta({ title: 'File of the private key', 'x-widget': 'file', 'x-advanced': true, ...when }),
  passphrase: z
    .string()
    .max(5000)
    .default('')
    .meta({ title: 'Passphrase of the key', 'x-widget': 'password', 'x-advanced': true, ...when }),
  hostKey: z
    .string()
    .max(20_000)
    .default('')
    .meta({
      title: 'Fingerprint of the server',
      description: 'SHA256:… or a line of its public key. The message of the first try shows it.',
      placeholder: 'SHA256:…',
      ...when,
    }),
  acceptAnyHostKey: z
    .boolean()
    .default(false)
    .meta({
      title: 'Accept any server',
      description: 'Whoever stands between can then read everything. Only for tests inside your own network.',
      'x-advanced': true,
      ...when,
    }),
});

/** Parameters of every step that works with files on a server. */
export const serverFields = {
  protocol: z.enum(['sftp', 'ftp', 'ftps', 'ftpsImplicit']).default('sftp').meta({
    title: 'Protocol',
    description: 'FTP sends everything, the password too, as readable text.',
  }),
  ...commonFields,
  ...keyFields(ssh),
  verifyTls: z
    .boolean()
    .default(true)
    .meta({ title: 'Check the certificate', 'x-advanced': true, ...ftps }),
  certificate: z
    .string()
    .max(100_000)
    .default('')
    .meta({
      title: 'Trusted certificate',
      description: 'Certificate (PEM) of the authority of the server, where this machine does not know it.',
      'x-widget': 'textarea',
      'x-advanced': true,
      ...ftps,
    }),
};

/** The same for commands over SSH. */
export const shellFields = { ...commonFields, ...keyFields({}) };

const shellSchema = z.object(shellFields);
type Given = z.output<typeof shellSchema> & Partial<Pick<FileServer, 'protocol' | 'verifyTls' | 'certificate'>>;

const usualPorts = { sftp: 22, ftp: 21, ftps: 21, ftpsImplicit: 990 };

export async function serverOf(ctx: NodeContext, given: Given): Promise<FileServer> {
  const protocol = given.protocol ?? 'sftp';
  const privateKey = given.privateKeyFile === '' ? given.privateKey : await readKey(ctx, given.privateKeyFile);
  return {
    protocol,
    host: given.host,
    port: given.port ?? usualPorts[protocol],
    user: given.user,
    password: given.password,
    ...(privateKey === '' ? {} : { privateKey, passphrase: given.passphrase }),
    hostKey: given.hostKey,
    acceptAnyHostKey: given.acceptAnyHostKey,
    verifyTls: given.verifyTls ?? true,
    ...(given.certificate ? { certificate: given.certificate } : {}),
    timeoutMs: given.timeoutSeconds * 1000,
  };
}

/** Works with the files of the server a step names. */
export async function onServer<Result>(
  ctx: NodeContext,
  given: Given,
  work: (remote: RemoteFiles) => Promise<Result>,
): Promise<Result> {
  return await ctx.remotes.files(await serverOf(ctx, given), ctx.signal, work);
}

async function readKey(ctx: NodeContext, path: string): Promise<string> {
  const handle = await ctx.files.open(path);
  return (await buffer(handle.createReadStream({ end: 50_000 }))).toString('utf8');
}
