/** What a colour says; every use comes with a word or an icon that says the same. */
export type Tone = 'ok' | 'warn' | 'bad' | 'info' | 'mute' | 'accent';

export const TONE_TEXT: Record<Tone, string> = {
  ok: 'text-ok',
  warn: 'text-warn',
  bad: 'text-bad',
  info: 'text-info',
  mute: 'text-mute',
  accent: 'text-accent',
};

export const TONE_SOFT: Record<Tone, string> = {
  ok: 'bg-ok-soft text-ok',
  warn: 'bg-warn-soft text-warn',
  bad: 'bg-bad-soft text-bad',
  info: 'bg-info-soft text-info',
  mute: 'bg-mute-soft text-mute',
  accent: 'bg-accent-soft text-accent',
};

/** The CSS variable, for SVG and canvas. */
export const TONE_COLOR: Record<Tone, string> = {
  ok: 'var(--ok)',
  warn: 'var(--warn)',
  bad: 'var(--bad)',
  info: 'var(--info)',
  mute: 'var(--mute)',
  accent: 'var(--accent)',
};
