import type { Finding } from '@casare/shared';

export const ok = (check: string, message: string): Finding => ({
  check,
  level: 'ok',
  message: short(message),
  cure: '',
});
export const info = (check: string, message: string, cure = ''): Finding => made('info', check, message, cure);
export const warn = (check: string, message: string, cure: string): Finding => made('warn', check, message, cure);
export const fault = (check: string, message: string, cure: string): Finding => made('error', check, message, cure);

function made(level: Finding['level'], check: string, message: string, cure: string): Finding {
  return { check, level, message: short(message), cure: short(cure) };
}

function short(text: string): string {
  return text.length > 500 ? `${text.slice(0, 499)}…` : text;
}
