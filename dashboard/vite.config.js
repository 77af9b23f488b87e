import { defineConfig } from 'vite';
import { singleFile } from './single-file.js';
import { sampleReport } from './sample-report.js';

export default defineConfig({
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  plugins: [singleFile(), sampleReport()],
  build: {
    outDir: 'dist',
    assetsInlineLimit: 0,
    modulePreload: false,
    cssCodeSplit: false,
    // The bundle is compared byte for byte with a rebuild, so nothing in it may depend on the machine.
    sourcemap: false,
    rolldownOptions: { output: { format: 'iife' } },
  },
});
