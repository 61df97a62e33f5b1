import type { LayerStore } from '../../adapters/layer-store/index.ts'
import type { BlobStore } from '../../adapters/blob-store/index.ts'
import type { Engine, LayerRef } from '../../solver/index.ts'
import type { ExpectedBytes, Room } from './room.ts'

export interface RoomPlaces {
  readonly layers: LayerStore
  readonly store: BlobStore
  readonly room: Room
}

/** An engine that has room made before anything is written. A build that finds all in the cache never asks for any. */
export function engineWithRoom(engine: Engine, places: RoomPlaces): Engine {
  const { room, layers } = places
  return {
    ...engine,
    exec: async (...args) => room.make().then(() => engine.exec(...args)),
    copy: async (...args) => room.make().then(() => engine.copy(...args)),
    mkdir: async (...args) => room.make().then(() => engine.mkdir(...args)),
    adopt: async (...args) => room.make().then(() => engine.adopt(...args)),
    async prepare(wanted, progress, signal) {
      const missing = wanted.filter(({ id }) => !layers.has(id))
      if (missing.length > 0) await room.make(await expectedBytes(places, missing))
      await engine.prepare(wanted, progress, signal)
    },
  }
}

/** Layers of Debian, Alpine and Node unpack to 2.3 to 3.1 times their compressed size. */
const unpackedBy = 3

async function expectedBytes({ store }: RoomPlaces, layers: readonly LayerRef[]): Promise<ExpectedBytes> {
  let least = 0
  let likely = 0
  for (const { blob } of layers) {
    if (blob === undefined) continue
    const download = (await store.has(blob.digest, blob.size)) ? 0 : blob.size
    least += download
    likely += download + unpackedBy * blob.size
  }
  return { least, likely }
}
