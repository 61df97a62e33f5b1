import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts', 'test/*.test.ts', 'test/corpus/**/*.test.ts', 'test/conformance/rows.test.ts'],
          testTimeout: 20_000,
        },
      },
      {
        // End-to-end tests run real containers on two cores: one file at a time keeps them from starving each other.
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts', 'test/conformance/**/*.test.ts'],
          exclude: ['test/conformance/rows.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 600_000,
          fileParallelism: false,
        },
      },
    ],
  },
})
