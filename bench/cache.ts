// Rebuilds beside BuildKit: `npm run bench:cache [-- --only W4,W8] [--rounds 3] [--ram] [--quick] [--write]`. In each round the
// builders take turns in an order that is drawn, each with empty storage. Needs docker-registry and busybox-static, crun for some of
// the limits, and buildkitd and buildctl (in BUILDKIT_BIN or PATH). Works below SLIPWAY_BENCH_DIR or the directory for temporary files.
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { bigFile } from './cache/big-file.ts'
import { copiedTree } from './cache/copied-tree.ts'
import { manyFiles, manyPatterns } from './cache/many-files.ts'
import { applicationBuilds, cacheMountBuilds, nothingChanged } from './cache/node-builds.ts'
import { cheapSteps, independentStages } from './cache/steps.ts'
import { runBenchmark } from './side-by-side/benchmark.ts'

/** What is left of the workloads for trying them. */
const quickScale = 0.05

await runBenchmark({
  name: 'cache',
  repository: fileURLToPath(new URL('..', import.meta.url)),
  scratchParent: process.env['SLIPWAY_BENCH_DIR'] ?? tmpdir(),
  workloads({ isQuick }) {
    const scale = isQuick ? quickScale : 1
    return [
      { ids: ['W1'], make: nothingChanged },
      { ids: ['W3', 'W2', 'W2n'], make: (place) => applicationBuilds(place, scale) },
      { ids: ['W4a', 'W4b', 'W4c'], make: (place) => manyFiles(place, scale) },
      { ids: ['W5a', 'W5b', 'W5c'], make: (place) => bigFile(place, scale) },
      { ids: ['W6', 'W6n'], make: (place) => cheapSteps(place, scale) },
      { ids: ['W7'], make: (place) => independentStages(place, scale) },
      { ids: ['W8'], make: (place) => copiedTree(place, scale) },
      { ids: ['W11a', 'W11b'], make: (place) => cacheMountBuilds(place, scale) },
      { ids: ['W12a', 'W12b', 'W12c', 'W12d'], make: (place) => manyPatterns(place, scale) },
    ]
  },
  isWrittenWhenWhole: true,
})
