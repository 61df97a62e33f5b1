import type { LayerStore } from '../../adapters/layer-store/index.ts'
import type { LayerRef } from '../../solver/index.ts'
import type { TarJob } from '../worker/worker-methods.ts'
import type { CallWorker } from './worker-process.ts'
import { receiveFromWorker } from './worker-stream.ts'

/** Tars of layers and of merged trees, whoever may read their files. */
export interface LayerTars {
  layer(layer: LayerRef): AsyncIterable<Uint8Array>
  merged(layers: readonly LayerRef[]): AsyncIterable<Uint8Array>
}

/** As root the files are read here; for ordinary users the worker reads them and sends the tar through a socket. */
export function openLayerTars(layers: LayerStore, call: CallWorker, rootless: boolean): LayerTars {
  return {
    layer: (layer) => (rootless ? received(call, { kind: 'layer', layer }) : layers.tarStream(layer.id)),
    merged: (stack) => (rootless ? received(call, { kind: 'merged', layers: stack }) : layers.flatTar(stack)),
  }
}

function received(call: CallWorker, what: TarJob['what']): AsyncIterable<Uint8Array> {
  return receiveFromWorker((socket) => call('tar', { what, socket }))
}
