/** Builds the console into dist/: static files the server sends under a policy that allows no inline script or style. */
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

// biome-ignore lint/style/noDefaultExport: Vite reads the default export.
export default defineConfig({
  plugins: [react()],
  build: {
    target: 'es2023',
    sourcemap: false,
    // Data URLs would need `img-src data:`; every asset stays a file.
    assetsInlineLimit: 0,
    // The polyfill is an inline-free script, but every supported browser preloads modules by itself.
    modulePreload: { polyfill: false },
  },
  server: { proxy: { '/api': process.env['ISTHMUS_API'] ?? 'http://127.0.0.1:8080' } },
})
