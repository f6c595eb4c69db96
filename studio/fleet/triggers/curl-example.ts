import type { Trigger } from '@casare/shared';

/** A command for a terminal that sends a message the trigger takes; `secret` stands in for the real one where it is not known. */
export function curlExample(
  trigger: Pick<Trigger, 'kind' | 'settings' | 'path'>,
  origin: string,
  secret: string,
): string | undefined {
  const url = `${origin}${trigger.path}`;
  const scheme = trigger.settings['scheme'];
  if (trigger.path === null || trigger.kind === 'form') return undefined;
  const body = trigger.kind === 'chat' ? '{"text":"invoice 4711"}' : '{"name":"Ada"}';
  if (scheme === 'standard')
    return lines(
      `SECRET='${secret}'`,
      `ID="msg_$(date +%s%N)"; TIME=$(date +%s); BODY='${body}'`,
      `KEY=$(printf %s "\${SECRET#whsec_}" | base64 -d | od -An -v -tx1 | tr -d ' \\n')`,
      `SIGN=$(printf %s "$ID.$TIME.$BODY" | openssl dgst -sha256 -mac HMAC -macopt hexkey:$KEY -binary | base64)`,
      `curl -X POST '${url}' -H 'content-type: application/json' -H "webhook-id: $ID" -H "webhook-timestamp: $TIME" -H "webhook-signature: v1,$SIGN" -d "$BODY"`,
    );
  if (scheme === 'github')
    return lines(
      `SECRET='${secret}'; BODY='${body}'`,
      `SIGN=$(printf %s "$BODY" | openssl dgst -sha256 -hmac "$SECRET" | sed 's/.* //')`,
      `curl -X POST '${url}' -H 'content-type: application/json' -H "x-hub-signature-256: sha256=$SIGN" -d "$BODY"`,
    );
  if (scheme === 'slack')
    return lines(
      `SECRET='${secret}'; TIME=$(date +%s); BODY='text=invoice+4711&user_name=ada'`,
      `SIGN=$(printf %s "v0:$TIME:$BODY" | openssl dgst -sha256 -hmac "$SECRET" | sed 's/.* //')`,
      `curl -X POST '${url}' -H "x-slack-request-timestamp: $TIME" -H "x-slack-signature: v0=$SIGN" -d "$BODY"`,
    );
  const header = scheme === 'key' ? ` -H '${textOf(trigger.settings['keyHeader']) || 'x-webhook-key'}: ${secret}'` : '';
  return `curl -X POST '${url}' -H 'content-type: application/json'${header} -d '${body}'`;
}

function lines(...all: string[]): string {
  return all.join('\n');
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
