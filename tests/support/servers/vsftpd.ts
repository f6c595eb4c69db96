import { chmod, chown, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeCertificate } from './certificate.ts';
import { freePort, type Program, startProgram } from './start-program.ts';

export interface FtpServer {
  host: string;
  port: number;
  user: string;
  password: string;
  /** Folder of this machine that is `/files` on the server; everybody may write there. */
  folder: string;
  /** PEM, for the kinds with TLS. */
  certificate: string;
  program: Program;
}

/**
 * Called at the top of a test file: vsftpd on a free port. The user is the anonymous one, whose password it checks against a list: accounts of the system would need
 * settings of the whole machine.
 */
export async function startVsftpd(root: string, tls: 'none' | 'explicit' | 'implicit' = 'none'): Promise<FtpServer> {
  const port = await freePort();
  const folder = join(root, 'ftp', 'files');
  await mkdir(folder, { recursive: true });
  await chmod(root, 0o755);
  await chmod(folder, 0o777);
  await writeFile(join(root, 'passwords'), 'robot@example.com\n');
  const { keyFile, certificateFile, certificate } = await makeCertificate(root);
  const settings: Record<string, string | number> = {
    listen: 'YES',
    background: 'NO',
    listen_address: '127.0.0.1',
    listen_port: port,
    pasv_address: '127.0.0.1',
    connect_from_port_20: 'NO',
    anonymous_enable: 'YES',
    local_enable: 'NO',
    anon_root: join(root, 'ftp'),
    write_enable: 'YES',
    anon_upload_enable: 'YES',
    anon_mkdir_write_enable: 'YES',
    anon_other_write_enable: 'YES',
    anon_umask: '022',
    anon_world_readable_only: 'NO',
    secure_email_list_enable: 'YES',
    email_password_file: join(root, 'passwords'),
    xferlog_enable: 'NO',
    seccomp_sandbox: 'NO',
    secure_chroot_dir: join(root, 'empty'),
    utf8_filesystem: 'YES',
    max_clients: 100,
    ...(process.getuid?.() === 0 ? {} : { run_as_launching_user: 'YES' }),
    ...(tls === 'none'
      ? {}
      : {
          ssl_enable: 'YES',
          allow_anon_ssl: 'YES',
          force_anon_logins_ssl: 'YES',
          force_anon_data_ssl: 'YES',
          // Data only from whoever holds the session of the control connection.
          require_ssl_reuse: 'YES',
          ssl_ciphers: 'HIGH',
          rsa_cert_file: certificateFile,
          rsa_private_key_file: keyFile,
          implicit_ssl: tls === 'implicit' ? 'YES' : 'NO',
        }),
  };
  await mkdir(join(root, 'empty'), { recursive: true });
  const config = join(root, 'vsftpd.conf');
  await writeFile(
    config,
    Object.entries(settings)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
  );
  // vsftpd reads only settings that belong to root or to whoever starts it.
  await chown(config, process.getuid?.() ?? 0, process.getgid?.() ?? 0);
  const program = await startProgram('/usr/sbin/vsftpd', [config], port);
  return { host: '127.0.0.1', port, user: 'anonymous', password: 'robot@example.com', folder, certificate, program };
}
