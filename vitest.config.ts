import { defineConfig } from 'vitest/config'

/** Two groups: TensorFlow spins a thread for every core, so what loads it runs one file at a time. */
export default defineConfig({
  test: {
    pool: 'forks',
    testTimeout: 120_000,
    // A second, which is usual, is short beside a trainer on two cores.
    expect: { poll: { timeout: 30_000 } },
    projects: [
      { extends: true, test: { name: 'plain', include: ['{shared,main,renderer,scripts}/**/*.test.ts'], exclude: ['main/trainer/**', 'main/services/runs/{dial,fullDisk,guessing,index,interrupted,kills,readOnly,secondStages,weights}.test.ts', 'main/cli*.test.ts'], sequence: { groupOrder: 0 } } },
      { extends: true, test: { name: 'tensorflow', include: ['main/trainer/**/*.test.ts', 'main/services/runs/{dial,fullDisk,guessing,index,interrupted,kills,readOnly,secondStages,weights}.test.ts', 'main/cli*.test.ts'], fileParallelism: false, maxWorkers: 1, sequence: { groupOrder: 1 } } },
    ],
  },
})
