import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** Sonner adds its styles by an inline `<style>`, which the page's CSP refuses; app.css imports the same rules as a file. */
function toastStylesAsFile(): Plugin {
  return {
    name: 'toast-styles-as-file',
    transform(code, id) {
      if (!/sonner[\\/]dist[\\/]index\.mjs/.test(id)) return undefined;
      const stripped = code.replace(/^__insertCSS\(.*\);$/m, '');
      if (stripped === code)
        this.error('sonner no longer inserts its styles the known way: look at its dist/index.mjs');
      return { code: stripped, map: null };
    },
  };
}

export default defineConfig({
  // Relative: the same build is served at / by the orchestrator and the host, and from app:// in Electron.
  base: './',
  plugins: [react(), tailwindcss(), toastStylesAsFile()],
  build: {
    outDir: 'dist',
    target: 'es2024',
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 900,
    rolldownOptions: {
      output: {
        codeSplitting: {
          // What every page needs, in few files: 80 small ones compress worse and take as many requests.
          groups: [
            {
              name: 'framework',
              test: /node_modules[\\/](react|react-dom|scheduler|@tanstack|i18next|react-i18next|use-sync-external-store|socket\.io|engine\.io|sonner)/,
            },
            {
              name: 'parts',
              test: /node_modules[\\/](@base-ui|@floating-ui|lucide-react)[\\/]|studio[\\/](ui|format)[\\/]/,
              minShareCount: 9,
            },
          ],
        },
      },
    },
  },
  optimizeDeps: { exclude: ['sonner'] },
});
