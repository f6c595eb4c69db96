import { registerHooks } from 'node:module';

// `import 'electron'` of the built main gives the stand-in; everything else is what it is.
const standIn = new URL('./electron.ts', import.meta.url).href;

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron' ? { url: standIn, shortCircuit: true } : next(specifier, context),
});
