import { join } from 'node:path';
import { build, type InlineConfig } from 'vite';
import { root } from './run-tool.ts';

const source = join(root, 'electron');

/** What all parts share: Node as Electron has it, one folder per part, names that stay. */
function part(folder: string, options: InlineConfig): InlineConfig {
  return {
    configFile: false,
    root: source,
    logLevel: 'warn',
    ...options,
    build: {
      outDir: join(source, 'dist', folder),
      emptyOutDir: true,
      target: 'node24',
      minify: false,
      ssr: true,
      ...options.build,
    },
  };
}

/** Main: one file, everything in it but Electron itself. */
const main = part('main', {
  ssr: { noExternal: true, external: ['electron'] },
  build: {
    rolldownOptions: { input: { main: join(source, 'main/main.ts') }, output: { entryFileNames: '[name].js' } },
  },
});

/** Preload: a sandboxed script can require nothing but Electron and is CommonJS. */
const preload = part('preload', {
  ssr: { noExternal: true, external: ['electron'] },
  build: {
    rolldownOptions: {
      input: { preload: join(source, 'preload/preload.ts') },
      output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
      // It takes two names of channels from the contract; the schemas beside them stay out.
      treeshake: { moduleSideEffects: false },
    },
  },
});

/** The host and the two programs its engine starts; packages stay packages, some of them are not made of JavaScript. */
const host = part('host', {
  ssr: { noExternal: [/^@casare\//] },
  build: {
    rolldownOptions: {
      input: {
        utility: join(source, 'host/utility.ts'),
        'sandbox-child': join(root, 'engine/resources/sandbox-child.ts'),
        'sqlite-child': join(root, 'engine/resources/databases/sqlite-child.ts'),
        'pack-child': join(root, 'engine/packs/pack-child.ts'),
        'desktop-child': join(root, 'engine/resources/desktop/child.ts'),
        'pattern-worker': join(root, 'engine/resources/pattern-worker.ts'),
        'document-worker': join(root, 'engine/resources/document-worker.ts'),
      },
      // .mjs: outside the archive no package.json says that these are modules.
      output: { entryFileNames: '[name].mjs', chunkFileNames: '[name].mjs' },
    },
  },
});

/** Builds main, preload and host into electron/dist. */
export async function buildElectron(): Promise<void> {
  for (const config of [main, preload, host]) await build(config);
}
