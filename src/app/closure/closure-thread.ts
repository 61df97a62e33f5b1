import { parentPort } from 'node:worker_threads'
import { storedLayers } from '../../adapters/layer-store/index.ts'
import type { LayeredImage } from './closure-memo.ts'
import { findClosure } from './find-closure.ts'

// A program of its own: the parsers of JavaScript and of Java archives are half as large as all that a build needs, and most builds
// have been looked through before.
parentPort?.once('message', ({ root, image }: { readonly root: string; readonly image: LayeredImage }) => {
  parentPort?.postMessage(findClosure(storedLayers(root), image))
})
