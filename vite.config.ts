import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** Builds the console: src/console → dist/console, served by the API listener under /console. */
export default defineConfig({
  root: 'src/console',
  base: '/console/',
  plugins: [react()],
  build: {
    outDir: '../../dist/console',
    emptyOutDir: true,
    target: 'es2022',
    // An inline script would need a hole in the Content-Security-Policy.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
  },
})
