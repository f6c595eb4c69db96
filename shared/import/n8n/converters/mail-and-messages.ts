import { listAt, recordAt, textAt } from '../../json.ts';
import type { Converter, ConverterTable, NodeReading } from '../converter.ts';
import { objectFlow } from '../../flow.ts';
import { untranslated } from '../reading.ts';

function credentialOf(reading: NodeReading, fallback: string): string {
  return textAt(Object.values(reading.node.credentials ?? {})[0], 'name') || fallback;
}

function account(reading: NodeReading, kind: string): Record<string, unknown> {
  const credential = credentialOf(reading, kind);
  return {
    host: reading.secret('host', credential),
    user: reading.secret('user', credential),
    password: reading.secret('password', credential),
  };
}

const emailSend: Converter = {
  reads: 'item',
  convert(reading) {
    const { params } = reading;
    const options = recordAt(params, 'options');
    const format = textAt(params, 'emailFormat') || (reading.version < 2 ? 'both' : 'html');
    if (textAt(params, 'attachments') !== '' || textAt(options, 'attachments') !== '')
      reading.partial('Attachments were binary data of an item: name the files to attach.');
    const optional = (name: string, param: string) => {
      const value = reading.read(param) ?? reading.read(`options.${param}`);
      return value === undefined ? {} : { [name]: value };
    };
    return {
      type: 'mail.send',
      params: {
        from: reading.read('fromEmail', ''),
        to: reading.read('toEmail', ''),
        subject: reading.read('subject', ''),
        ...(format !== 'html' && { text: reading.read('text', '') }),
        ...(format !== 'text' && { html: reading.read('html', '') }),
        ...optional('cc', 'ccEmail'),
        ...optional('bcc', 'bccEmail'),
        ...optional('replyTo', 'replyTo'),
        ...account(reading, 'SMTP'),
      },
      gives: { kind: 'one', path: '' },
    };
  },
};

const emailRead: Converter = {
  reads: 'any',
  convert(reading) {
    reading.partial(
      'It started the workflow with each new mail. Here the step reads unread mails and marks them as read; start the workflow by a schedule.',
    );
    return {
      type: 'mail.read',
      params: {
        folder: reading.read('mailbox', 'INBOX'),
        unreadOnly: true,
        markAsRead: true,
        ...account(reading, 'IMAP'),
      },
      gives: { kind: 'list', path: '.messages' },
    };
  },
};

const ftp: Converter = {
  reads: 'item',
  convert(reading) {
    const target = { protocol: textAt(reading.params, 'protocol') || 'ftp', ...account(reading, 'FTP') };
    const path = reading.read('path', '.');
    switch (textAt(reading.params, 'operation') || 'download') {
      case 'upload':
        reading.partial('It uploaded binary data of an item: name the file to upload.');
        return { type: 'transfer.upload', params: { ...target, from: reading.setting('file to upload'), to: path } };
      case 'delete':
        return { type: 'transfer.delete', params: { ...target, path } };
      case 'rename':
        return {
          type: 'transfer.move',
          params: { ...target, from: reading.read('oldPath', ''), to: reading.read('newPath', '') },
        };
      case 'list':
        return {
          type: 'transfer.list',
          params: { ...target, folder: path, recursive: reading.params.recursive === true },
          gives: { kind: 'list', path: '.files' },
        };
      default:
        reading.partial(
          'The file is kept in the folder of the run; steps behind it read its path in place of binary data.',
        );
        return {
          type: 'transfer.download',
          params: { ...target, from: path },
          gives: objectFlow({ fileName: 'steps.$self.output.path' }),
        };
    }
  },
};

const ssh: Converter = {
  reads: 'item',
  convert(reading) {
    if ((textAt(reading.params, 'resource') || 'command') !== 'command') return ftp.convert(reading);
    const folder = textAt(reading.params, 'cwd');
    return {
      type: 'ssh.run',
      params: {
        mode: 'script',
        script: reading.read('command', ''),
        ...(folder !== '' && folder !== '/' && { folder: reading.translate(folder) }),
        failOnNonZero: false,
        ...account(reading, 'SSH'),
      },
      gives: objectFlow({
        code: 'steps.$self.output.exitCode',
        stdout: 'steps.$self.output.stdout',
        stderr: 'steps.$self.output.stderr',
      }),
    };
  },
};

const MESSAGE_OPERATIONS: ReadonlySet<string> = new Set(['', 'post', 'send', 'sendMessage', 'create', 'sendLegacy']);

/** Only sending a text has a counterpart; other operations become placeholders of this shape. */
function message(kind: 'slack' | 'discord' | 'telegram'): Converter {
  return {
    reads: 'item',
    convert(reading) {
      const { params } = reading;
      const credential = credentialOf(reading, kind);
      const text = reading.read(kind === 'discord' ? 'content' : 'text', '');
      const operation = textAt(params, 'operation');
      if (!MESSAGE_OPERATIONS.has(operation) || !['', 'message'].includes(textAt(params, 'resource'))) {
        reading.partial(`"${textAt(params, 'resource')} ${operation}" has no counterpart; only sending a message has.`);
        return {
          type: `n8n.${kind}`,
          params: { ...params, text: untranslated(JSON.stringify(params)) },
          gives: { kind: 'one', path: '' },
        };
      }
      if (kind === 'telegram')
        return {
          type: 'messaging.telegramSend',
          params: { botToken: reading.secret('bot token', credential), chatId: reading.read('chatId', ''), text },
          gives: { kind: 'one', path: '' },
        };
      if (textAt(params, 'authentication') !== 'webhook')
        reading.partial(
          `It sent with an account to a channel; here an incoming webhook of ${kind === 'slack' ? 'Slack' : 'Discord'} decides the channel.`,
        );
      const target = reading.read('webhookUri') ?? reading.secret('webhook address', credential);
      return { type: `messaging.${kind}`, params: { webhookUrl: target, text }, gives: 'input' };
    },
  };
}

const executeCommand: Converter = {
  reads: 'item',
  convert: (reading) => ({
    type: 'system.script',
    params: { script: reading.read('command', ''), success: 'zero' },
    gives: objectFlow({
      exitCode: 'steps.$self.output.code',
      stdout: 'steps.$self.output.output',
      stderr: 'steps.$self.output.errors',
    }),
  }),
};

export const SERVICES: ConverterTable = {
  emailSend,
  emailReadImap: emailRead,
  ftp,
  ssh,
  slack: message('slack'),
  discord: message('discord'),
  telegram: message('telegram'),
  executeCommand,
  debugHelper: {
    reads: 'any',
    convert: (reading) => ({
      type: 'data.log',
      params: { message: reading.node.name.slice(0, 200), level: 'debug', data: listAt(reading.params, 'none') },
    }),
  },
};
