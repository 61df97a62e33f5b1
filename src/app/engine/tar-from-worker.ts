import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { LayerStore } from '../../adapters/layer-store/index.ts'
import type { LayerRef } from '../../solver/index.ts'
import type { TarJob } from '../worker/worker-methods.ts'
import type { CallWorker } from './worker-process.ts'

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

async function* received(call: CallWorker, what: TarJob['what']): AsyncGenerator<Uint8Array, void, undefined> {
  // In a directory of our own, because a socket's path may have 107 bytes only and the store's can be longer.
  const directory = mkdtempSync(path.join(tmpdir(), 'slipway-'))
  const file = path.join(directory, 'tar')
  const server = createServer()
  try {
    const connected = new Promise<Socket>((resolve, reject) => server.once('connection', resolve).once('error', reject))
    await new Promise<void>((resolve) => server.listen(file, resolve))
    const sent = call('tar', { what, socket: file })
    // A worker that fails before it connects must not leave us waiting.
    const socket = await Promise.race([connected, sent.then(() => connected)])
    yield* socket as AsyncIterable<Uint8Array>
    await sent
  } finally {
    server.close()
    rmSync(directory, { recursive: true, force: true })
  }
}
