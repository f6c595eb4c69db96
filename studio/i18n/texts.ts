import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { fleetTexts } from './en/fleet.ts';
import { shellTexts } from './en/shell.ts';
import { uiTexts } from './en/ui.ts';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'shell';
    /** One area of texts per part of the studio; the keys of `t('area:key')` are checked against it. */
    resources: { ui: typeof uiTexts; shell: typeof shellTexts; fleet: typeof fleetTexts };
  }
}

/** Makes texts available to `useTranslation`; called once before the first render. */
export async function startTexts(): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: 'en',
    resources: { en: { ui: uiTexts, shell: shellTexts, fleet: fleetTexts } },
    defaultNS: 'shell',
    // React escapes already.
    interpolation: { escapeValue: false },
    initAsync: false,
  });
}
