import path from 'node:path'
import { defineConfig } from 'vitest/config'

/** The journeys: the same specs in a browser on `serve` and in Electron. One at a time: each trains. */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['**/*.spec.ts'],
    pool: 'forks',
    fileParallelism: false,
    // `npm test` counts these with the unit tests.
    reporters: ['default', ['json', { outputFile: path.resolve(import.meta.dirname, '../out/test/journey.json') }]],
    testTimeout: 600_000,
    // A second, which is usual, is short beside a trainer on two cores.
    expect: { poll: { timeout: 30_000 } },
    hookTimeout: 120_000,
    projects: [
      { extends: true, test: { name: 'browser', env: { RIDE_JOURNEY_HOST: 'browser' } } },
      { extends: true, test: { name: 'electron', env: { RIDE_JOURNEY_HOST: 'electron' } } },
    ],
  },
})
