import { vitePlugin as remix } from '@remix-run/dev';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig } from 'vite';
import { pageChunks } from './page-chunks.ts';
import { remixOptions } from './remix-options.ts';
import { sonnerSheet } from './sonner-sheet.ts';

/** The build that the Worker carries: build/server/index.js for workerd, build/client for the assets binding. */
export default defineConfig(({ isSsrBuild }) => ({
  plugins: [sonnerSheet(), tailwindcss(), remix(remixOptions)],
  build: {
    target: 'es2022',
    reportCompressedSize: false,
    rollupOptions: isSsrBuild ? {} : { output: { manualChunks: pageChunks() } },
  },
  ssr: { target: 'webworker', noExternal: true, resolve: { conditions: ['workerd', 'worker', 'browser'] } },
}));
