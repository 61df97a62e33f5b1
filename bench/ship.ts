// Exports, pushes and pulls beside BuildKit: `npm run bench:ship [-- W9a] [--rounds=3] [--write]`. The builders take turns within
// each round, with empty storage and an empty registry each time. Needs docker-registry, busybox-static, gzip and curl; without
// buildkitd and buildctl (in BUILDKIT_BIN or PATH) there is nobody to compare with. Works below SLIPWAY_BENCH_DIR, else in memory.
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { exportAndPush } from './ship/export-and-push.ts'
import { coldBuild, pullAndUnpack } from './ship/pull-and-build.ts'
import { runBenchmark } from './side-by-side/benchmark.ts'

await runBenchmark({
  name: 'ship',
  repository: fileURLToPath(new URL('..', import.meta.url)),
  scratchParent: process.env['SLIPWAY_BENCH_DIR'] ?? (existsSync('/dev/shm') ? '/dev/shm' : tmpdir()),
  workloads({ isQuick }) {
    if (isQuick) throw new Error('bench:ship has one size: leave --quick out')
    return [
      { ids: ['W9a', 'W9b', 'W9c'], make: exportAndPush },
      { ids: ['W10'], make: pullAndUnpack },
      { ids: ['W3p'], make: coldBuild },
    ]
  },
  isWrittenWhenWhole: false,
})
