import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts', 'test/*.test.ts', 'test/corpus/**/*.test.ts', 'test/conformance/rows.test.ts'],
          testTimeout: 60_000,
        },
      },
      {
        // End-to-end tests run real containers, and wait for servers and processes for half of their time: two files side
        // by side keep two processors busy.
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts', 'test/conformance/**/*.test.ts'],
          exclude: ['test/conformance/rows.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 600_000,
          maxWorkers: 2,
          maxConcurrency: 2,
        },
      },
    ],
  },
})
