import { defineConfig } from 'vitest/config'

/** What `npm run package` packed, unpacked elsewhere. In a window: without a display, under xvfb-run. */
export default defineConfig({
  test: { root: import.meta.dirname, include: ['*.test.ts'], pool: 'forks', testTimeout: 240_000, hookTimeout: 120_000 },
})
