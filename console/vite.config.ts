/// <reference types="vitest/config" />
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// `CORDON_URL=https://localhost:8443 npm run dev` serves the sources beside a running server.
const server = process.env.CORDON_URL ?? 'https://localhost:8443';

export default defineConfig({
  base: '/console/',
  plugins: [react(), tailwindcss()],
  build: {
    target: 'es2022',
    // the policy of the server forbids data: scripts and inlined modules
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
  },
  server: {
    proxy: Object.fromEntries(['/api', '/cordon', '/signin'].map((path) => [path, { target: server, secure: false }])),
  },
  test: { environment: 'node', include: ['src/**/*.test.{ts,tsx}'], pool: 'threads', testTimeout: 60_000 },
});
