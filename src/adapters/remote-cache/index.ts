export type { CacheAttributes, RemoteBlob, RemoteCache, RemoteManifest } from './remote-cache.ts'
