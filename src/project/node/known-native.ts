/** What is known of a package by its name. */
export interface KnownNative {
  readonly reason: string
  /** What it ships, or what it links statically, runs with glibc and with musl. */
  readonly coversBothLibcs: boolean
}

const addon = 'holds a compiled addon'
const platformPackage = 'installs a compiled package for the system it is installed on'

/**
 * Packages that compile an addon, or fetch the one for the libc at hand, when they are installed. What was installed
 * with one libc does not load with the other.
 */
const bound: ReadonlyMap<string, string> = new Map([
  ...(
    'better-sqlite3 better-sqlite3-multiple-ciphers sqlite3 @vscode/sqlite3 canvas node-sass grpc re2 libxmljs ' +
    'libxmljs2 node-rdkafka @confluentinc/kafka-javascript node-pty robotjs keytar node-expat node-libcurl ' +
    'oracledb ibm_db msnodesqlv8 libpq pg-native kerberos mongodb-client-encryption deasync microtime isolated-vm ' +
    '@tensorflow/tfjs-node @tensorflow/tfjs-node-gpu onnxruntime-node couchbase farmhash hiredis unix-dgram xxhash ' +
    'node-snap7 gl sodium heapdump segfault-handler v8-profiler-next memwatch-next ffi-napi ' +
    'ref-napi node-hid i2c-bus pigpio spi-device epoll mmmagic node-zopfli lzma-native iconv gdal gdal-async ' +
    'opencv4nodejs argon2-ffi scrypt ursa odbc nodegit node-report weak-napi uws eiows cld ' +
    'node-webcrypto-ossl pcap cap raw-socket posix fs-ext bigint-buffer @serialport/bindings sqlcipher ' +
    '@journeyapps/sqlcipher @mongodb-js/zstd zstd-napi mozjpeg pngquant-bin'
  )
    .split(' ')
    .map((name) => [name, addon] as const),
  ...(
    'sharp @swc/core lightningcss @tailwindcss/oxide @napi-rs/canvas @resvg/resvg-js skia-canvas snappy duckdb ' +
    '@duckdb/node-api @node-rs/bcrypt @node-rs/argon2 @node-rs/jsonwebtoken @node-rs/xxhash @node-rs/crc32 ' +
    '@node-rs/jieba @parcel/watcher rollup @rspack/core @rspack/binding rolldown ' +
    '@libsql/client libsql @lancedb/lancedb @polars/nodejs nodejs-polars @prisma/engines @temporalio/core-bridge ' +
    '@biomejs/biome @ast-grep/napi oxlint'
  )
    .split(' ')
    .map((name) => [name, platformPackage] as const),
])

/**
 * Packages that bring code for both libcs in one archive, and since which major version. Those that work without their
 * addon (`bufferutil`, `cpu-features`), and statically linked programs (`esbuild`) are in no list.
 */
const both: ReadonlyMap<string, number> = new Map([
  ['bcrypt', 6],
  ['argon2', 0],
  ['classic-level', 0],
  ['leveldown', 5],
  ['rocksdb', 5],
  ['@serialport/bindings-cpp', 10],
  ['@sentry/profiling-node', 0],
  ['@sentry-internal/node-cpu-profiler', 0],
  ['@datadog/native-appsec', 0],
  ['@datadog/native-metrics', 0],
  ['@datadog/native-iast-taint-tracking', 0],
  ['@datadog/pprof', 0],
])

/** What is known of a package at a version, or a range of versions, of which the first number counts. */
export function knownNative(name: string, version: string | undefined): KnownNative | undefined {
  const since = both.get(name)
  if (since !== undefined) {
    const major = Number(/\d+/.exec(version ?? '')?.[0] ?? 'NaN')
    // A range without any number (`latest`, `*`) brings the newest.
    return { reason: addon, coversBothLibcs: Number.isNaN(major) || major >= since }
  }
  const reason = bound.get(name)
  return reason === undefined ? undefined : { reason, coversBothLibcs: false }
}
