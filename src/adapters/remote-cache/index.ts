export type { Wire } from './http-wire.ts'
export type { CacheAttributes, RemoteBlob, RemoteCache, RemoteManifest } from './remote-cache.ts'
export { openS3Cache } from './s3-cache.ts'
export { type AwsCredentials, escapeKey, type S3Options } from './s3-request.ts'
