import type { Locale } from 'date-fns';
import { z } from 'zod';

/** Names of months and days; each language is loaded when it is first used. */
const languages = {
  en: async () => (await import('date-fns/locale/en-GB')).enGB,
  'en-US': async () => (await import('date-fns/locale/en-US')).enUS,
  da: async () => (await import('date-fns/locale/da')).da,
  de: async () => (await import('date-fns/locale/de')).de,
  es: async () => (await import('date-fns/locale/es')).es,
  fi: async () => (await import('date-fns/locale/fi')).fi,
  fr: async () => (await import('date-fns/locale/fr')).fr,
  it: async () => (await import('date-fns/locale/it')).it,
  nb: async () => (await import('date-fns/locale/nb')).nb,
  nl: async () => (await import('date-fns/locale/nl')).nl,
  pl: async () => (await import('date-fns/locale/pl')).pl,
  pt: async () => (await import('date-fns/locale/pt')).pt,
  sv: async () => (await import('date-fns/locale/sv')).sv,
  tr: async () => (await import('date-fns/locale/tr')).tr,
} satisfies Record<string, () => Promise<Locale>>;

type Language = keyof typeof languages;

export const languageField = z.enum(Object.keys(languages) as [Language, ...Language[]]).default('en');

export function loadLanguage(language: Language): Promise<Locale> {
  return languages[language]();
}
